import { gunzipSync } from "node:zlib";

/**
 * A state as the code before format 2 wrote it: the resources `web` and `api`, step 1 open and step 2 done, version 1 failed and
 * pinned, run 3, and one content. Two commits.
 */
export function stateOfFormat1(): Buffer {
  return gunzipSync(Buffer.from(PACKED.join(""), "base64"));
}

const PACKED = [
  "H4sIAAAAAAACA+3dTWwbRRgG4F07dWInxkg9WD1EWZYDieQU/8SJbVSpaWu1EWlCU1dtRYs1uzuul6x3zf6ktaIArqhAFQgh4MyV",
  "I2fojRMSh5577AGO0ANCSD0ws+uN48QBQVoRoveRY3tnxuOdb8ZpnG+cXr60rLtUalh2i7hSQXhRiESE05IkCEKEfY0LfWPsa2TH",
  "sdj7+isR4eSXPyZTHwqJ8YdC6tMXfkrVXqgkf05+PvHDxPr4w4mKAAAAAAAA/1ozPpqenBS7L7tEMahqmS41XSe8TZxdqy7WqlJt",
  "8cxyVQpLpWmnSfLFealWvVaT3lhburi4dl16vXo9IykdlzrSmeXVM9LKak1aubK8PCNdrq0tna29moilz06Kgm5q9I7zjsHeRtSJ",
  "51r+cT3su54L743fGIulZyfFLb/BBrUd3TKdutWoN4nTDI/jvTNcWjlXvSbtbiWtrmyXSdO8JCOZXkuh9kz3/Kg/8rvEH3nYKrwd",
  "Gxh5v4+ExARdsOesVc9X1wYi4Nf7T+0HJwxCUO64xPWcoTVeq0XszrAqzVK9FgvIYB2rCgO7FoulX0qLm36crDY1645L245/NToQ",
  "nn4lD0xwZ1rXZqSrF6prVUlncWMtpFNS7tIxFvu02AomizfkIQ3DwI9jAz3vbrKj/17JTHdmZDSdTot3c37A++d4bCDUvUf5Q9e1",
  "/WMcPlHYYDBo4VCG1/5tSI3IaHpqSuy+4p+qTR3Ls1XqbN+JDpzydrE0bZIWHfKyGP6E4bPlorF0dWq/V8Z27/Xc9t2R3ttrwRKD",
  "l2+u9/L12GvHdsLbyK6Xb1C671luEMOjYcjCk8tIV5dqF1av1KS11atL5xKpX4Ro6pGQepx6lPoN3z8BAAAAAAAA/l9Go8dF2zOj",
  "E9GpeFs3TarVXYuVx2wvET0hOtTWiRFJspJI4oGQfItdAQAAAAAcYvemIiPH758ibX1TdtpUlSubMk+FyRWZlckZeV03NXagWeo6",
  "tdlxm9ismufMeFO9RW7xtuYt3bxTIQb7IZnyRpbtsvo35VK2lK2UsvLNrYzMM3XGBmW9bW7xJoaudvw+eAZugxhypZBlFcRhP1a7",
  "PKXKOriZkTXapqbmrJrscFMO0338lBT2TKplajpvzQqalBhusyNvsUepBtFb/inw3Dlhp2VXgjFU+LhYCz7aC8Rp8pEekMxOu0Xs",
  "dT8kbdt6m6ou6zabyxfmivMLs6UyUWbnNNqYLbGiWV7Gi1RWImd2DikIuW46LjH9grCLHc1vUTYWEgw592yHkZF7GWTWM5+iZsfR",
  "VT4xbJL4Iig08qSssmbfP3j8/tc3vCzDin/96rNPeAh0Z1Gz2i6f4QYxHMpmwaaEHS+yaOQWsn0Z2Wtrw2pyfL4d17Y6vMb0DGPr",
  "3pTIV+htquxZoazsSK5QPq5DukKDkGOF7lyhCf7+P/VESD1J/YF/UQAAAAAAAACOCL4tgLT1SCx6PH6bKkH+/wshucSuAAAAAAD+",
  "A/fykZgQH7tPg8RYPiPbXpCO6yfQhiT2iNrLVAZ5MVbCP5/t5zItP296m5h++gw5WORggxysTVXL1viE8WQoiylpu57dP2ZnaYd5",
  "1IzMJim4H1SyMCgGbYWp/jmRLdr4fT1YtLkDL1rd/7MJWLZYts9z2Qb5/9+F1FN2BQAAAAAAAABHyUg0Lkai0Xicv/8XU0/Z+38E",
  "BQAAAAAAAOAo4u//+f5/cfxdgV0AAAAAAOC5+ug9MS50kyc+KH5cPegm4QbRDaptysF/Zufv/G17dttygj/O1zY6vc3lnsMKgtas",
  "pPnMtiirTWLeos7u3eDDd6vv3ffObh2/RHck03Ilt0ltXt7QqaH5W8759vF9tjbnM7LSYY+1Lcs93bQcvm/eavT2OCMme2LS39we",
  "nBs+WfCPP1lw0x+eZ7j7zO7e2bQ8V7VaOz6QpHnB5wUusi6K2zvze0HYoLamq+72LDfY4vQnoMWGdpKXP4NBbAX5/28FdgEAAAAA",
  "AACAQ6d6rJuMxw/6KwA//5/6RmAXAAAAAAAAADgkVsSRblIqlUieECVXKtByeaFQVIpFdYGo2flifk4tFtR8vqxQJVvOFbTCQpYo",
  "ylxOWSiSXEMtz2cLhbKhOy41pVL2tSD//53ALgAAAAAAAABw+Jwb6SbjB/1NwJ87WB3IALAAAA==",
];
