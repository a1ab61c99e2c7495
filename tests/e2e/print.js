'use strict';
/* The pages on A4: every sheet bears 訓練 across it and the head of its page with the number, and nothing runs off the
   edge.  Of an office declared real no sheet says 訓練. */
const assert = require('assert');
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { test, end, run } = require('./tap');
const { Office } = require('./office');
const { Person, launch } = require('./person');
const hard = require('./hard');

const A4 = { width: 595, height: 842 };
const EDGE = 38, FOOT = 52; /* pt: 15 mm at the sides, where a comma may hang, and 18 mm below, where the number stands alone */

/* Sheets of FILE: size, and each word with its box. */
function sheets(file) {
  const text = childProcess.execFileSync('pdftotext', ['-bbox', '-enc', 'UTF-8', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.split('<page ').slice(1).map((sheet) => {
    const [, width, height] = sheet.match(/width="([\d.]+)" height="([\d.]+)"/).map(Number);
    const words = [...sheet.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g)]
      .map(([, left, top, right, bottom, word]) => ({ left: +left, top: +top, right: +right, bottom: +bottom, word }));
    return { width, height, words };
  });
}

/* Signs as high as a hand: they stand across the sheet. */
const across = (sheet) => sheet.words.filter((one) => one.bottom - one.top > 100);

/* What is wrong with the sheets of a page; DRILL: of no real office. */
function faults(all, title, drill) {
  const wrong = [];
  all.forEach((sheet, i) => {
    const say = (text) => wrong.push(`sheet ${i + 1} of ${all.length}: ${text}`);
    const text = sheet.words.map((one) => one.word).join('');
    const big = across(sheet).map((one) => one.word).sort().join('');
    if (Math.abs(sheet.width - A4.width) > 1 || Math.abs(sheet.height - A4.height) > 1) say(`${sheet.width} × ${sheet.height}`);
    if (big !== (drill ? '練訓' : '')) say(`across it stands 「${big}」`);
    if (/^【訓練】/.test(title) !== drill || !text.includes(title)) say(`no head 「${title}」: ${text.slice(0, 80)}`);
    if (!text.includes(`${i + 1}/${all.length}`)) say('no number');
    for (const one of sheet.words)
      if (!across(sheet).includes(one) && (one.left < EDGE || one.right > A4.width - EDGE || (one.bottom > A4.height - FOOT && !/^[\d/]+$/.test(one.word))))
        say(`「${one.word}」 from ${one.left} to ${one.right}, down to ${one.bottom}`);
  });
  return wrong;
}

async function print(person, where) {
  await person.page.goto(person.office.url + where);
  const title = (await person.page.title()).replace(/｜初動$/, '').replace(/\s/g, '');
  const file = path.join(process.env.SHODO_TEST_OUT || '.', 'print.pdf');
  await person.page.pdf({ path: file, preferCSSPageSize: true });
  return { all: sheets(file), title };
}

const places = [
  '/', '/clocks', '/cases?listed=all', '/cases/1', '/cases/1/log', '/cases/1/conformity', '/cases/1/hosts', '/cases/1/measures', '/cases/1/inquiries',
  '/cases/1/evidence', '/cases/1/contacts', '/cases/1/reports', '/cases/1/notifications', '/cases/1/handover', '/cases/1/callout', '/cases/1/circulations',
  '/cases/1/circulations/k5', '/cases/1/papers', '/cases/1/papers/form1', '/cases/2', '/cases/3', '/cases/3/log', '/cases/3/hosts', '/cases/3/contacts',
  '/plan', '/office', '/office/phones', '/circulations', '/mail', '/help/triage.judge', '/cases/2/do/triage.judge',
];

async function main() {
  const office = await Office.open(null, null, ['minami.yaml', 'jitsuen.yaml', hard.scenario]);
  await office.clock('2027-06-03T09:40');
  const browser = await launch();
  const alarms = [];
  const sato = await (await Person.come(browser, office, '佐藤健', alarms)).enter();
  for (const where of places) await test(where, async () => {
    const { all, title } = await print(sato, where);
    assert.deepEqual(faults(all, title, true), []);
    return `${all.length} sheets`;
  });
  await test('nothing that must not happen', async () => assert.deepEqual(alarms, []));
  await office.close();

  const real = await Office.open(null, null, [], true);
  const admin = await (await Person.come(browser, real, '管理者', alarms)).enter();
  for (const where of ['/', '/plan', '/office', '/system']) await test(`${where} of an office declared real`, async () => {
    const { all, title } = await print(admin, where);
    assert.deepEqual(faults(all, title, false), []);
    return `${all.length} sheets`;
  });
  await browser.close();
  await real.close();
  end();
}

run(main);
