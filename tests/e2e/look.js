'use strict';
/* A page under the eye: axe-core in both themes, tidy, no wider than the screen, and pictures for people (in
   SHODO_TEST_OUT/look).  Three widths in both themes when SHODO_TEST_COUNT is above 1. */
const assert = require('assert');
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const OUT = path.join(process.env.SHODO_TEST_OUT || '.', 'look');
const EVERYTHING = Number(process.env.SHODO_TEST_COUNT || 1) > 1;

/* RULES: of these alone. */
async function axe(page, rules) {
  await page.evaluate(`${AXE};0`);
  const only = rules ? { runOnly: { type: 'rule', values: rules } } : {};
  const violations = await page.evaluate((more) => axe.run(document, { resultTypes: ['violations'], ...more }).then((r) => r.violations.map((v) =>
    `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary.replace(/\s+/g, ' ').slice(0, 200)}`).join(' | ')}`)), only);
  return violations;
}

function tidy(html) {
  const ran = childProcess.spawnSync('tidy', ['-q', '-e', '-utf8', '--drop-empty-elements', 'no', '--mute-id', 'yes'], { input: html, encoding: 'utf8' });
  /* Attributes of HTML 5 and ARIA 1.1 that tidy 5.6 does not know. */
  return ran.stderr.split('\n').filter((line) => line.trim() && !/proprietary attribute "(aria-current|inputmode)"/.test(line));
}

async function picture(person, name, width) {
  await person.page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
  await person.page.screenshot({ timeout: 60000, path: path.join(OUT, `${name}.png`), fullPage: true, animations: 'disabled' });
}

/* In how many lines the links between the rooms of a case stand; 0: no such links. */
function roomLines(page) {
  return page.evaluate(() => new Set(Array.from(document.querySelectorAll('.rooms > ul a, .rooms summary'))
    .filter((e) => e.getClientRects().length).map((e) => Math.round(e.getBoundingClientRect().top))).size);
}

/* Tables of which a part is out of sight until somebody thinks of pulling. */
function cut(page) {
  return page.evaluate(() => Array.from(document.querySelectorAll('.wide')).filter((e) => e.scrollWidth > e.clientWidth && !e.closest('.paper'))
    .map((e) => `${e.scrollWidth - e.clientWidth} px of the table 「${e.innerText.slice(0, 20)}」 are out of sight`));
}

async function look(person, name, where) {
  const wrong = [];
  for (const theme of ['light', 'dark']) {
    await person.page.emulateMedia({ media: 'screen', colorScheme: theme });
    await person.page.goto(person.office.url + where);
    if (theme === 'light') wrong.push(...tidy(await (await person.page.reload()).text()).map((line) => `tidy: ${line}`));
    for (const width of [360, 1024, 1600]) {
      if (EVERYTHING || width === (theme === 'light' ? 360 : 1600)) await picture(person, `${name}-${width}-${theme}`, width);
      else await person.page.setViewportSize({ width, height: 900 });
      const over = await person.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) wrong.push(`${over} px wider than the screen of ${width}`);
      wrong.push(...(await cut(person.page)).map((line) => `${line} at ${width}`));
      const lines = await roomLines(person.page);
      if (lines > (width === 360 ? 2 : 1)) wrong.push(`the rooms stand in ${lines} lines at ${width}`);
      if (width === 360 || (width === 1600 && theme === 'light')) wrong.push(...(await axe(person.page)).map((line) => `axe ${theme} ${width}: ${line}`));
    }
  }
  await person.page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await picture(person, `${name}-print`, 1024);
  if (EVERYTHING) await person.page.pdf({ path: path.join(OUT, `${name}.pdf`), preferCSSPageSize: true });
  await person.page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  assert.deepEqual(wrong, []);
}

fs.mkdirSync(OUT, { recursive: true });
module.exports = { axe, look, tidy, OUT, EVERYTHING };
