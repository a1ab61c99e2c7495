'use strict';
/* Every page in the words people read, walked over in three roles: no id of the program's own, each citation of a clause
   leads to its anchor in the plan, telephones and addresses are reserved ones, nothing is wider than the screen, tidy finds
   the HTML valid, and axe-core finds nothing in either theme. */
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { axe, tidy } = require('./look');
const { Person, launch } = require('./person');

const roles = ['佐藤健', '伊藤正樹', '管理者'];
/* Pages that give no HTML, and those that a test of their own looks at. */
const NOT_PAGES = /\.(pdf|docx|xlsx|html|csv|ics|json|txt)$|^\/api\//;

/* Runs in a page of no office: reads the HTML of one that was fetched. */
function read(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  page.querySelectorAll('script, style, textarea').forEach((e) => e.remove());
  /* k4, R2, h12: how the journal calls things.  Not part of a longer word, an address or a date (R8.11.20). */
  const ID = /(?<![\w./@-])(?:[a-z]{1,2}|[BPR])\d+(?![\w@.-])/g;
  /* 第3-2(3-1)エ, as people cite.  「第3-2」 alone is a heading's name as well. */
  const CLAUSE = /第\d+-\d+\([0-9-]+\)[ア-ン]?/g;
  const PHONE = /(?<![\d-])0\d{1,3}-\d{1,4}-\d{4}(?![\d-])/g;
  const MAIL = /[\w.+-]+@[\w.-]+\w/g;
  /* Printed papers, the plan itself and its quotations, choices of a form: no links there. */
  const WITHOUT_LINKS = 'a[href*="/plan#"], .paper, .plan, blockquote, option, title';
  /* A sentence may name the clause that its own item links to. */
  const beside = (inside, word) => Array.from((inside.closest('li, tr, dd, details, p') || inside).querySelectorAll('a[href*="/plan#"]'))
    .some((a) => a.textContent.includes(word));
  const found = { ids: [], clauses: [], phones: [], mails: [], links: [], anchors: [] };
  const texts = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode;
    const text = at.textContent;
    const inside = at.parentElement;
    const say = (word) => `${word}: ${text.trim().slice(0, 120)}`;
    for (const [word] of text.matchAll(ID)) found.ids.push(say(word));
    for (const [word] of text.matchAll(CLAUSE)) if (!inside.closest(WITHOUT_LINKS) && !beside(inside, word)) found.clauses.push(say(word));
    for (const [word] of text.matchAll(PHONE)) found.phones.push(word);
    for (const [word] of text.matchAll(MAIL)) found.mails.push(word);
  }
  for (const e of page.querySelectorAll('[title], [aria-label], [placeholder]'))
    for (const name of ['title', 'aria-label', 'placeholder'])
      for (const [word] of (e.getAttribute(name) || '').matchAll(ID)) found.ids.push(`${name} ${word}`);
  for (const a of page.querySelectorAll('a[href]')) {
    const [place, anchor] = a.getAttribute('href').split('#');
    if (place.startsWith('/')) found.links.push(place);
    if (place === '/plan' && anchor) found.anchors.push(decodeURIComponent(anchor));
  }
  return found;
}

const shapeOf = (place) => place.replace(/\?.*/, '').replace(/\d+/g, '#');

/* 000-555-…, 0985-00-…: numbers that no exchange connects (office/reserved.h, the scenarios); example.lg.jp and its like. */
const isReserved = (contact) => /^(?:\d{3}-555-0|0985-00-|0\d{1,3}-0000-)/.test(contact) || /[@.]example(?:\.[a-z]+)*$/.test(contact);

/* Of what is there by the hundred (a form for each record), EACH are looked at. */
async function walk(person, reader, look) {
  const EACH = 12;
  const seen = new Set(['/', '/cases?all=1']);
  const queue = [...seen];
  const numbers = new Map();
  const enough = (to) => { const shape = shapeOf(to); numbers.set(shape, (numbers.get(shape) || 0) + 1); return numbers.get(shape) > EACH; };
  while (queue.length) {
    const batch = queue.splice(0, 8);
    const answers = await person.page.evaluate((paths) => Promise.all(paths.map(async (path) => {
      const answer = await fetch(path, { headers: { Accept: 'text/html' } });
      return { path, html: /text\/html/.test(answer.headers.get('content-type')) ? await answer.text() : null };
    })), batch);
    for (const { path, html } of answers) {
      if (html === null) continue;
      const found = await reader.evaluate(read, html);
      look(path, found);
      for (const to of found.links) if (!seen.has(to) && !NOT_PAGES.test(to) && !enough(to)) { seen.add(to); queue.push(to); }
    }
  }
  return seen;
}

/* Of each sort of page one: its address without numbers and without what a form is filled with; of pages of a case the
   last, the crowded one. */
function shapes(places) {
  const one = new Map();
  for (const place of places) {
    const shape = shapeOf(place);
    if (!one.has(shape) || /^\/cases\/3\b/.test(place)) one.set(shape, place);
  }
  return [...one.values()];
}

async function tooWide(person, places) {
  const wide = [];
  for (const place of places) {
    await person.page.goto(person.office.url + place);
    for (const width of [360, 1280]) {
      await person.page.setViewportSize({ width, height: 800 });
      const over = await person.page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      if (over > 0) wide.push(`${place} is ${over} px wider than ${width}`);
    }
  }
  return wide;
}

/* tidy, axe-core on the light page, and what colours can break on the dark one.  DONE: shapes that another role showed. */
async function faulty(person, places, done) {
  const wrong = [];
  for (const place of places.filter((one) => !done.has(shapeOf(one)))) {
    done.add(shapeOf(place));
    await person.page.emulateMedia({ colorScheme: 'light' });
    const answer = await person.page.goto(person.office.url + place);
    wrong.push(...tidy(await answer.text()).map((line) => `${place}, tidy: ${line}`));
    wrong.push(...(await axe(person.page)).map((line) => `${place}: ${line}`));
    await person.page.emulateMedia({ colorScheme: 'dark' });
    wrong.push(...(await axe(person.page, ['color-contrast', 'link-in-text-block'])).map((line) => `${place}, dark: ${line}`));
  }
  await person.page.emulateMedia({ colorScheme: 'light' });
  return wrong;
}

/* A case of 200 records, with names as long as fields take and without a place to break. */
function crowded(file) {
  const who = '佐藤健/情報システム担当者';
  const long = (head, tail) => head + '長い名前の部局庶務係'.repeat(16).slice(0, 180 - head.length) + tail;
  const broad = 'SV-' + 'ABCDEFGHIJ'.repeat(12);
  const at = (i) => `2027-06-03T08:${String(Math.floor(i / 10) + 10)}:${String((i % 10) * 6).padStart(2, '0')}`;
  const steps = [
    { at: '2027-06-03T08:00', as: '管理者/administrator', act: 'office.add_department', fields: { name: long('総合', '課'), body: '市長' } },
    { at: '2027-06-03T08:01', as: who, act: 'notice.receive', fields: { channel: 'telephone', received: '2027-06-03T08:00', via: 'outside', sender: long('株式会社', '様'), subject: long('件', '名'), text: broad } },
    { at: '2027-06-03T08:02', as: who, act: 'intake.open', opens: 'C', fields: { title: long('事案', '名'), notices: ['n4'], mode: 'real', outline: broad } },
    { at: '2027-06-03T08:03', as: who, act: 'triage.mark_host', case: 'C', fields: { name: broad, kind: 'server', state: 'suspected', reason: long('', '') } },
    { at: '2027-06-03T08:04', as: who, act: 'triage.state', case: 'C', fields: { kind: 'fact', subject: long('事', '項'), text: broad, source: broad } },
    { at: '2027-06-03T08:05', as: who, act: 'triage.inquire', case: 'C', fields: { to: long('委託先', '部'), question: broad } },
    { at: '2027-06-03T08:06', as: who, act: 'evidence.register', case: 'C', fields: { kind: 'log', item: broad, acquired: '2027-06-03T08:05', acquired_from: long('', ''), place: broad, acquired_by: '佐藤健' } },
  ];
  for (let i = 0; i < 200; i++) steps.push({ at: at(i), as: who, act: 'record.add', case: 'C', fields: { text: i % 10 ? `記録 ${i}件目の対応を続けている。` : `${broad} ${long('', '')}` } });
  fs.writeFileSync(file, JSON.stringify({ name: '長い名前と200件の記録', plan: 'plans/miyazaki.yaml', clock: '2027-06-03T08:00', steps }));
  return file;
}

async function main() {
  const office = await Office.open(scenarioOf('minami.yaml'), null, ['minami.yaml', 'jitsuen.yaml']);
  office.run('play', crowded(path.join(office.dir, 'crowded.yaml')));
  await office.clock('2027-06-03T09:40');
  const browser = await launch();
  const alarms = [];
  const reader = await (await browser.newContext()).newPage();
  const ids = new Map(), clauses = new Map(), strangers = new Map(), anchors = new Map();
  const accessible = new Set();
  let pages = 0;
  for (const name of roles) {
    const person = await (await Person.come(browser, office, name, alarms)).enter();
    const seen = await walk(person, reader, (path, found) => {
      const keep = (map, words) => words.forEach((word) => map.has(word) || map.set(word, `${name} ${path}`));
      keep(ids, found.ids);
      keep(clauses, found.clauses);
      keep(anchors, found.anchors);
      keep(strangers, [...found.phones, ...found.mails].filter((contact) => !isReserved(contact)));
    });
    pages += seen.size;
    await test(`${name}: each link into the plan finds its clause`, async () => {
      await person.page.goto(`${office.url}/plan`);
      const there = new Set(await person.page.evaluate(() => Array.from(document.querySelectorAll('[id]'), (e) => e.id)));
      const lost = [...anchors].filter(([anchor]) => !there.has(anchor));
      assert.deepEqual(lost, []);
      return `${anchors.size} clauses`;
    });
    await test(`${name}: nothing is wider than 360 and 1280 px`, async () => {
      const looked = shapes(seen);
      assert.deepEqual(await tooWide(person, looked), []);
      return `${looked.length} sorts of pages`;
    });
    await test(`${name}: tidy finds nothing, nor does axe-core in both themes`, async () => {
      const before = accessible.size;
      assert.deepEqual(await faulty(person, shapes(seen), accessible), []);
      return `${accessible.size - before} sorts of pages more`;
    });
    await person.leave();
  }
  const lines = (map) => [...map].map(([what, where]) => `${where}　${what}`);
  await test('no page calls a thing by the program\'s own id', async () => { assert.deepEqual(lines(ids), []); return `${pages} pages`; });
  await test('each citation of a clause is a link to it', async () => assert.deepEqual(lines(clauses), []));
  await test('telephones and addresses are reserved ones', async () => assert.deepEqual(lines(strangers), []));
  await test('nothing that must not happen', async () => assert.deepEqual(alarms, []));
  await reader.context().close();
  await browser.close();
  await office.close();
  end();
}

run(main);
