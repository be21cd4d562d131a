import { gunzipSync } from "node:zlib";

/**
 * A state as the code before format 3 wrote it: the resources `web` and `api` with what is believed of them, incident 3 open and
 * incident 2 closed, repair 4, event 5, hold 6, message 7 for `mail` and `log`, and two results of `web`.
 */
export function stateOfFormat2(): Buffer {
  return gunzipSync(Buffer.from(PACKED.join(""), "base64"));
}

const PACKED = [
  "H4sIAAAAAAACA+3dTWzk1AEHcHuczCTZZL0whCGEEOdViEQ4bSZhP5h2VbKQQsR2AyHRLs2moxf7JWPisY3tSTaKUphdoG",
  "orVPXQUw+9VUgcq0pFWvVSVb30CKciteqhhwpEuawWxKF9z/bMODNZ2I8WNvr/pGQ8z5735Tf2PL+Z5xdfOGuFTFt3/SoN",
  "tRnpmJTJSE9qmiRJiiRJY1LTiCRJXS3PZUmSMtKNKdI3f/mXAfXHkiZ/JKk/P/pPdeloacDrf3/gu/2l/t8ceb3vvb5y7+",
  "e953rWc+/3fDsXZv+afS071P377h9057p+27Ws/Et5QyGZP2U25I8kuD2XtFyhOCbXH7Mck13ymGNazkbZZLa1xXyLBc2l",
  "sacW52aX5rT5c0/PXdDat9QWzmktz8arLAjoBpvQzj87tzinBSENmXZaezR+5aMXR7OF4pC8JxJmW8wJg7K7XvZZ4NZ8g0",
  "UhWirR9q14ovGW40mYrlnmxMrDucIjw3JdEdG7HnPKPvOo5Qfxw2gq5tYNeJzJ4rhlJgWwgjLfSjutFelIrjAzLNdlEXm8",
  "bWu24qCHU2l02C6VVCr/xkO5wsSoXD/SzL/lGJbJi9pYGGkvQ2Mdj7r5pHM5rOFc4eSoXO8ViTS2bs1hI/ChVFodt92XZK",
  "o8Fx/MFiZH4r29xfzAch3x4goNKsnz4VQa+7fi0Sdh2jgP0TWnVl1j/sTiULYwVpB3m5UVhMwLxL8H2ytJhPPoooXOlfPC",
  "A9nCZEGuijjFhjwjSQb486FUzPs3aYk/Dpm4WMgVBgfl+nBI12xm0p2A/z0QR7M0e+bsnMZDtPFNtqPNn1uae2ZuUXt+cf",
  "77s4svac/NvaRrazshC7QzZxfOaOcWlrRzy2fPTmgvLi3OP7VUvj9XKBTk+oiIveLW/ED8K6TiF0G3lgAbzBWGh+X6mEig",
  "ajm1kAXxw/2pROLAW0vmpftyhXxerg+JZHy67dPtwVT0Pt2+tajr9+dFES4rIu511+aHovjhvlQacaA23qdpmqi1jqmJtT",
  "YNwnJrfpJ0o9VhxXdrG5W2tX2a1th397buu3WfBRXxL5/OEw+6tZKbx6IEHhUJOLTKAvHvnlQCIoi/HzrHz1drS3MXlhrR",
  "a8vn5l9YnktSmbgnWzhdkKXoPfOKbYWsTGuhK56XRezloni4t87UXGFsTL4yGL0ZOpxxjqXfGC3nFlGt8QnmgEo3KtRxmJ",
  "3ObrQqOhV1WGG6Rq3KnLDTupaKaJzb9CSViZZdqWvn55eeXVhe0hYXzs8/XX/saK4wMiJfnojeNdErg+RRTb9v4tC4hAfs",
  "B7GucdDtkFcaHlApnQvYknk6EDWTsfgYYpuB+Hd03zHENm/QTDqnkiQR9OcKQ0NyfVYkEZ28o/8DqUSS0/pBqaQq4IsSrU",
  "8eid74xeigkvoo0J8+uCTn49vaBcmJ5Bb3Q32mL1cYHZUvHxf5bT/1H0nlueWs+1Xm+uWe6ATxmMj0Ng2NCgvih95UhuPA",
  "5oeEKM6baEaTvdnC7PBBh5o4/nIxXuirZMW7sP4NkTXDdUJeXcljLpW5JFQbDyp0+viJDnm7wZH2W7ls4amRgzKWxF0uJk",
  "s99We6oyMEFXlLPmEkj9lU3pofgMQuiT7/HLyzxeemAw6BtaDjmlq1Sv2dL394bG21E13i8BG/y5qfwbpTZYg/FX1hS00+",
  "SHVujbfZVu2MeIPFJ8SkGQaNBWXfQSEO1sabJ8GbaK1FJVuYGz2oUTRiLxcbi7xb3cN7aK4ctdxi3HJrTsj8IHnM7Gu5Ue",
  "iBudyidq1xxjzgjNXHU1bfkdRr6kfq39X31D+rV9Xfqe+gswwAAAAAAADwlehVhnoD5lvUzir5Hr/m9ClDcnQBs6tfGZU8",
  "y3GYWQ7dI8qwHF9czvUrI3JywVDpUQZlfjk326sUZHHJtXuAD+L3XZUGfth3FVUMAAAAAF9nb4xmuvI/PU09a5cEHjNIaZ",
  "fwoTBSItSziE42LcckJWK6xibziU486tMq42NmfFOrSjf4ts6G5VwqUduzHMY3cv0wIKUVcmrq1FTp1BRZ3dMJH6mzt5hJ",
  "Srt7fBPbMnZEHHwEbovapDQztacTGgTMD/mQLSmtrOrEZPwLkMGCQ0oruyQZ7uNZWiM6MVzHtPjWpEQqjNphZYfsrerEsK",
  "lVFVngw8bUcphfispQ4uVa1UVpn6VBhZf0NpE9nVSpvymqxPPdl5kRkhKZKk7PPH78xMnJU0/QtcnHTbY+eao4PTPJw3iQ",
  "YbJ1orcWKapyywlC6oiAJIqWzTeYw3waFbl4Z4uhk3gEmZSKfBdVdgLL4Dtml1i8EcysT9MnDKKTP179x2tvX6xNTU1NkR",
  "L5969/8RavAiuYNV0v5Ht4ndoB04nhMxoyczYkpeLJqSad1Dyz05oi399B6Ls7fI1Ts+29N0Zl3kK32VpbC91ma4eyhfJy",
  "fU1baFTlaKGtLZSP/2fUTyT1uvoJzigAAAAAAAAAh0RWyfdus7WckpepZ2X4+L90DNUCAAAAAAAAcJih/w8AAAAAAACA/j",
  "8AAAAAAAAA3P360P8HAAAAAAAAOPSi+f8/lwZ+1Pc5agMAAAAADrPXX8105X+yJ+4f0DaRfTTdecu85zoJdhyDlIjllMWS",
  "TtapZdd8FpDSNJ+6PQj44pROmO+7frToM4M5fLpyz+PTi1vB92zqeZaz0ZjFO7DEZOTFkydOHj9ZnI5n8LZddzOZwLu5op",
  "jka+fF6FV8Dm+dGLQWMPPMTjJt+7rlmJazEYg53eP55p93/XDWMFgQWGs2mxXTwEdTkpuWmE+dF4YXkt+T3gp3miFisnde",
  "AtcPtVNTmhVotBER0Qm75DFDzEtOUuHUCGt8enPis3WeP03Max5NZ77Ka4bfuYzPfp7U0UqqDlZ1QsOQVb0wqt/Qt3gaK0",
  "Wdr3LYpTBVO9Oi2io0eMbaYs6y16hfv+Y4or6juvJ8d0s8Lepkw6cGW3ZCy45nQ+ezw0f3SuN1V1wVhbP8aEdEr7+jE9u/",
  "/qrMW6C4P0DbRPU31wKn0AL/py1w6nC2QMz/DwAAAAAAAHAIdZj/P9P/rnR0uf9dVA4AAAAAAHwtXRlSslK+981JMXjOb6",
  "A+0+Fm75uWY8bjyDWfDwm7HnPaR7Wn+BizG7SOsrq10HCrjQHuu2hAO4hGlukWW/aa5aHGpuNu28zc4NHukjWeHd91wycr",
  "bsCzTTvUiVutRt8dcB3NCvld6EPX5kPgjRrlY+Tr63FmV8R3Z1b3roxnslK+583nxFdr+L6Z1tu/YXMr+2bfVxEaOykuOj",
  "MJdtVN7Sre/5fVC5J6AYcUAAAAAAAAgJtVf6SLX566PNe4PPV4h8tTyXf9xWUAaoSW64grBkFI/aijL35+IFaLsI6XR5hj",
  "3uDKlclCmvy8QI+uJRi2a2xuu/4mifv/nqR62GcAAAAAAAAAd+y6wEB3t5S/XGhcFjjePpx/XCfhjscaMz+UjQp1NsR3G9",
  "quIITsEh/0twKt5jTniTBpSPk3B9Z9t5qaQCJ0SYk0t9yL+/9vSepb2DcAAAAAAAAA/xevZLuk+kZ0XeBE4wcSVWo5IXMo",
  "n26x9QpA/MMU0cXf942AWnNGQb395wPN3wok4/+WpFqofgAAAAAAAIDbVr8vl5Xy3WLkX/7Vz8IHpKiff7LDRAie777MxL",
  "QEQcX1yBf+cKD9JwGhFdrx1nzGAtPddohObMvh94dYSSYzIKvx/P8Lkvq2uoCdBAAAAAAAAPClXMjKg8P1oVyVWrbHxDyE",
  "u+mbCLbdNjDqsAchDXmHPX5RdBFgzWbV+L6A57Nynkdsuxt3NN5o/P+6pF7HzgMAAAAAAAA4bLKyIuW32Vqf6P9/Kqmfok",
  "4AAAAAAAAADt8FACXfu83WovH/DyT1A1QJAAAAAAAAwN1o+Mrf/vDaf0mK9B2Z9/Pj8B5Jko7Ff7z/LxYAAAAAAAAA4NBC",
  "/x8AAAAAAAAA/X8AAAAAAAAAQP8fAAAAAAAAAND/BwAAAAAAAICvXh/6/wAAAAAAAADo/wMAAAAAAAAA+v8AAAAAAAAAcF",
  "f0/zPqh5J6Tf0QtQEAAAAAAABw9+vtysvyNltTFLFEPSuT4f1/Wf1MUj9D/QAAAAAAAAAcPt2KLCtK1P+/JqnXUCMAAAAA",
  "AAAAh0vyTYCuLoz/AwAAAAAAABxmfPw/6f9j/B8AAAAAAADg8EnG/7u7o/n/PpbU6+rHqBcAAAAAAACAQ6FHkQdzVWrZOU",
  "XO52x34z/SeCI1ABACAA==",
];
