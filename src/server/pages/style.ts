/** How all pages look, in the light and in the dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #1b1f24; --soft: #5b6570;
  --link: #0b5fc1; --code: #eef1f4;
  --healthy: #157f3c; --degraded: #9a6700; --unhealthy: #c22b2b; --unknown: #5b6570;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #101418; --card: #181d23; --line: #2b323a; --text: #e4e8ec; --soft: #98a3ae;
    --link: #6cb0ff; --code: #222931;
    --healthy: #4cc777; --degraded: #e0a93a; --unhealthy: #ff7b72; --unknown: #98a3ae;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--back); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--code); padding: 0.1em 0.35em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--code); padding: 0.8rem 1rem; border-radius: 8px; overflow-x: auto; margin: 0.5rem 0; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
p { margin: 0.5rem 0; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.3rem; }
.state { font-weight: 600; white-space: nowrap; }
.state::before {
  content: ""; display: inline-block; width: 0.62em; height: 0.62em; border-radius: 50%;
  margin-right: 0.45em; background: currentColor;
}
.healthy { color: var(--healthy); } .degraded { color: var(--degraded); }
.unhealthy { color: var(--unhealthy); } .unknown { color: var(--unknown); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.94rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 0.82rem; }
th, td { padding: 0.45rem 0.8rem 0.45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
footer { color: var(--soft); font-size: 0.88rem; }
`;

/** Of the page that everybody comes to first. */
export const ABOUT_STYLE = `
main { max-width: 60rem; margin: 0 auto; padding: 2.2rem 1.2rem 2rem; display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 1fr); }
h1 { font-size: 1.7rem; } h2 { font-size: 1.05rem; margin-bottom: 0.5rem; }
.now { display: flex; flex-wrap: wrap; gap: 0.4rem 2.4rem; align-items: baseline; }
.now .state { font-size: 1.5rem; }
.links { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.2rem 1.6rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
.links li { padding: 0.3rem 0; }
.links small { display: block; color: var(--soft); }
`;

/** Of the documentation. */
export const DOCS_STYLE = `
.docs { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 80rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1.6rem 1rem 2rem 1.2rem; border-right: 1px solid var(--line); font-size: 0.9rem; }
nav h2 { font-size: 0.78rem; color: var(--soft); margin: 1rem 0 0.2rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: 0.14rem 0; color: var(--text); }
main { padding: 1.6rem 1.8rem 3rem; display: grid; gap: 1.2rem; min-width: 0; grid-template-columns: minmax(0, 1fr); }
h1 { font-size: 1.7rem; } main > h2 { font-size: 1.25rem; margin-top: 1rem; }
h3 { font-size: 1.05rem; } h4 { font-size: 0.82rem; color: var(--soft); margin: 1rem 0 0.1rem; }
.card > h3 a { color: inherit; }
.card { min-width: 0; }
.where { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.45rem 0; }
.where > code { background: none; padding: 0; font-size: 0.95rem; }
.tag { font-size: 0.75rem; font-weight: 600; border: 1px solid var(--line); border-radius: 99px; padding: 0.05rem 0.6rem; color: var(--soft); white-space: nowrap; }
.method { font: 600 0.78rem/1.6 ui-monospace, Menlo, Consolas, monospace; border-radius: 5px; padding: 0 0.45rem; color: #fff; background: #2867b2; }
.method.post { background: #16793b; } .method.delete { background: #b3372f; }
details { margin: 0.5rem 0 0; } summary { cursor: pointer; color: var(--link); font-size: 0.92rem; width: fit-content; }
td:first-child { white-space: nowrap; width: 7.5rem; }
@media (max-width: 60rem) {
  .docs { display: block; }
  nav { position: static; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul { columns: 2; column-gap: 1.2rem; }
  main { padding: 1.2rem; }
  tr { display: block; border-bottom: 1px solid var(--line); padding: 0.45rem 0; }
  tr:last-child { border-bottom: 0; }
  td { display: inline; border: 0; padding: 0 0.4rem 0 0; }
  td:last-child { display: block; }
}
`;
