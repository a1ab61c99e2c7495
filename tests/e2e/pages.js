'use strict';
/* Every page in the words people read, walked over in three roles: no id of the program's own, and nothing
   is wider than the screen. */
const assert = require('assert');
const { test, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
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
  const found = { ids: [], links: [] };
  const texts = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode;
    const text = at.textContent;
    const say = (word) => `${word}: ${text.trim().slice(0, 120)}`;
    for (const [word] of text.matchAll(ID)) found.ids.push(say(word));
  }
  for (const e of page.querySelectorAll('[title], [aria-label], [placeholder]'))
    for (const name of ['title', 'aria-label', 'placeholder'])
      for (const [word] of (e.getAttribute(name) || '').matchAll(ID)) found.ids.push(`${name} ${word}`);
  for (const a of page.querySelectorAll('a[href]')) {
    const [path] = a.getAttribute('href').split('#');
    if (path.startsWith('/')) found.links.push(path);
  }
  return found;
}

async function walk(person, reader, look) {
  const seen = new Set(['/', '/cases?all=1']);
  const queue = [...seen];
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
      for (const to of found.links) if (!seen.has(to) && !NOT_PAGES.test(to)) { seen.add(to); queue.push(to); }
    }
  }
  return seen;
}

/* Of each sort of page one: its address without numbers and without what a form is filled with. */
function shapes(paths) {
  const one = new Map();
  for (const path of paths) {
    const shape = path.replace(/\?.*/, '').replace(/\d+/g, '#');
    if (!one.has(shape)) one.set(shape, path);
  }
  return [...one.values()];
}

async function tooWide(person, paths) {
  const wide = [];
  for (const path of paths) {
    await person.page.goto(person.office.url + path);
    for (const width of [360, 1280]) {
      await person.page.setViewportSize({ width, height: 800 });
      const over = await person.page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      if (over > 0) wide.push(`${path} is ${over} px wider than ${width}`);
    }
  }
  return wide;
}

async function main() {
  const office = await Office.open(scenarioOf('minami.yaml'), null, ['minami.yaml', 'jitsuen.yaml']);
  await office.clock('2027-06-03T09:40');
  const browser = await launch();
  const alarms = [];
  const reader = await (await browser.newContext()).newPage();
  const ids = new Map();
  let pages = 0;
  for (const name of roles) {
    const person = await (await Person.come(browser, office, name, alarms)).enter();
    const seen = await walk(person, reader, (path, found) => {
      const keep = (map, words) => words.forEach((word) => map.has(word) || map.set(word, `${name} ${path}`));
      keep(ids, found.ids);
    });
    pages += seen.size;
    await test(`${name}: nothing is wider than 360 and 1280 px`, async () => {
      const looked = shapes(seen);
      assert.deepEqual(await tooWide(person, looked), []);
      return `${looked.length} sorts of pages`;
    });
    await person.leave();
  }
  const lines = (map) => [...map].map(([what, where]) => `${where}　${what}`);
  await test('no page calls a thing by the program\'s own id', async () => { assert.deepEqual(lines(ids), []); return `${pages} pages`; });
  await test('nothing that must not happen', async () => assert.deepEqual(alarms, []));
  await reader.context().close();
  await browser.close();
  await office.close();
  end();
}

run(main);
