'use strict';
/* A person at a browser of their own, by clicks and keys.  Everything that must never happen on any page is
   watched: script errors, reports of the content policy, dialogs, answers of 500 and above. */
const { chromium } = require('playwright-core');

const WAIT = Number(process.env.SHODO_TEST_WAIT || 60000);

/* In Japanese, as in a city hall: the words and the order inside fields of dates and files are the browser's own.  On
   Linux it takes its language from LANGUAGE, and has it from the package chromium-l10n. */
function launch() {
  return chromium.launch({
    env: { ...process.env, LANGUAGE: 'ja' },
    executablePath: process.env.SHODO_TEST_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--lang=ja'],
  });
}

class Person {
  /* ALARMS collects the lines of what must not happen. */
  static async come(browser, office, name, alarms, options) {
    const person = new Person();
    Object.assign(person, { office, name, alarms, scripts: !options || options.javaScriptEnabled !== false, count: { clicks: 0, keys: 0, fields: 0 }, away: false });
    person.context = await browser.newContext({
      locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 900 }, ...options,
    });
    person.context.setDefaultTimeout(WAIT);
    person.context.on('page', (page) => person.watch(page));
    person.page = await person.context.newPage();
    return person;
  }

  watch(page) {
    const say = (text) => { if (!this.away) this.alarms.push(`${this.name} ${page.url()}: ${text}`); };
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      /* A refused form is an answer of 4xx; Chromium lists it as an error. */
      if (/^Failed to load resource: the server responded with a status of 4/.test(message.text())) return;
      say(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => say(`script: ${error.message}`));
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') say(`dialog: ${dialog.message()}`);
      dialog.accept();
    });
    page.on('response', (response) => { if (response.status() >= 500) say(`${response.status()} ${response.url()}`); });
  }

  /* --- hands --- */

  async click(target) {
    const one = typeof target === 'string' ? this.page.locator(target).first() : target;
    this.count.clicks += 1;
    await one.click();
  }

  async type(target, text) {
    const one = typeof target === 'string' ? this.page.locator(target).first() : target;
    this.count.fields += 1;
    this.count.keys += [...text].length;
    await one.fill(text);
  }

  async press(key) {
    this.count.keys += 1;
    await this.page.keyboard.press(key);
  }

  /* Tab by Tab until what is focused matches SELECTOR. */
  async tabTo(selector, limit = 80) {
    for (let i = 0; i < limit; i++) {
      await this.press('Tab');
      if (await this.page.evaluate((s) => document.activeElement && document.activeElement.matches(s), selector)) return;
    }
    throw new Error(`${selector} is not reached by the Tab key on ${this.page.url()}`);
  }

  async keys(text) {
    this.count.keys += [...text].length;
    await this.page.keyboard.type(text);
  }

  /* --- signing in --- */

  /* With a password for once, changed at once as the page asks. */
  async enter() {
    const once = this.office.password(this.name);
    this.chosen = `ながい合言葉 ${Math.random().toString(36).slice(2)} 番号7351`;
    await this.page.goto(`${this.office.url}/`);
    await this.page.fill('#name', this.name);
    await this.page.fill('#password', once);
    await this.page.click('main button[type=submit]');
    await this.page.fill('#present', once);
    await this.page.fill('#wanted', this.chosen);
    await this.page.fill('#again', this.chosen);
    await this.page.click('main button[type=submit]');
    await this.page.waitForSelector('.nav');
    return this;
  }

  /* --- forms --- */

  /* From the list of what one may do to the form of ACT.  What is not offered there has no way to it; only who tries
     what is not for them types its address. */
  async seekForm(act, number, trying) {
    await this.page.goto(`${this.office.url}${number ? `/cases/${number}/acts` : '/acts'}`);
    const end = number ? `/cases/${number}/do/${act}` : `/do/${act}`;
    const link = this.page.locator(`main a[href="${end}"]`).first();
    if (await link.count()) {
      await this.click(link);
      await this.page.waitForURL((url) => url.pathname === end);
    } else if (trying) await this.page.goto(this.office.url + end);
    else throw new Error(`${act} is not offered to ${this.name}: ${await this.page.locator('main').innerText()}`);
  }

  async choose(select, value) {
    const options = await select.evaluate((s) => Array.from(s.options, (o) => ({ value: o.value, label: o.label.trim() })));
    const found = options.find((o) => o.value === value) || options.find((o) => o.label === value) ||
      options.find((o) => o.label.startsWith(`${value}（`) || o.label.startsWith(`${value}　`) || o.label.includes(`　${value}`));
    if (found && await select.inputValue() === found.value) return; /* it stands there already */
    if (!found) throw Object.assign(new Error(`no 「${value}」 among ${options.map((o) => `${o.value}=${o.label}`).slice(0, 40).join('、')}`), { notOffered: true });
    this.count.fields += 1;
    this.count.clicks += 1;
    this.count.keys += 1;
    await select.selectOption(found.value);
  }

  async tick(boxes, values) {
    for (const value of values) {
      let found = null;
      for (const box of await boxes.all()) {
        const text = (await box.evaluate((b) => b.closest('label').textContent)).trim();
        if (await box.getAttribute('value') === value || text === value || text.startsWith(`${value}（`) || text.startsWith(`${value}　`)) found = box;
      }
      if (!found) throw new Error(`no box 「${value}」`);
      this.count.fields += 1;
      this.count.clicks += 1;
      await found.check();
    }
  }

  async fillField(name, value) {
    if (Array.isArray(value) && value.length && typeof value[0] === 'object') return this.fillRows(name, value);
    const found = this.page.locator(`main form [name="${name}"]`);
    if (!await found.count()) throw new Error(`no field ${name} on ${this.page.url()}`);
    const folded = this.page.locator('main form details:not([open])', { has: found }).locator('> summary');
    if (await folded.count()) await this.click(folded);
    const kind = await found.first().evaluate((e) => (e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()));
    const many = Array.isArray(value) ? value.map(String) : [String(value)];
    if (kind === 'hidden') return this.seekOther(name, many[0]);
    if (kind === 'select') return this.choose(found.first(), many[0]);
    if (kind === 'radio') return this.tick(found, many);
    if (kind === 'checkbox') {
      if (value === true || value === false) return value ? this.tick(found, ['1']) : undefined;
      return this.tick(found, many);
    }
    const text = many.join('\n');
    return this.type(found.first(), kind === 'datetime-local' ? text.slice(0, 16) : text);
  }

  /* What a form is of is chosen by a link. */
  async seekOther(name, value) {
    if (await this.page.inputValue(`main form [name="${name}"]`) === value) return;
    await Promise.all([this.page.waitForNavigation(), this.click(`main .others a[href*="?${name}=${value}"]`)]);
  }

  /* All items on one page: what a form in parts has a link for. */
  async seekWhole() {
    const whole = this.page.locator('main .parts p a');
    if (await whole.count()) await Promise.all([this.page.waitForNavigation(), this.click(whole)]);
  }

  async fillRows(name, rows) {
    for (const [i, row] of rows.entries()) {
      let at = i + 1;
      if (row.key !== undefined) {
        const hidden = this.page.locator(`main form input[type=hidden][name^="${name}["][name$="].key"]`);
        const keys = await hidden.evaluateAll((all) => all.map((e) => e.value));
        if (keys.includes(row.key)) at = keys.indexOf(row.key) + 1;
        else if (keys.length) throw new Error(`no item ${row.key} among ${keys.join(' ')} on ${this.page.url()}`);
      }
      for (const [key, value] of Object.entries(row)) {
        const field = `${name}[${at}].${key}`;
        const type = await this.page.locator(`main form [name="${field}"]`).first().getAttribute('type');
        if (type !== 'hidden') await this.fillField(field, value);
      }
    }
  }

  async takeSeat(post) {
    const seats = this.page.locator('main form input[name="_post"][type=radio]');
    if (!await seats.count()) return;
    for (const seat of await seats.all()) {
      const text = (await seat.evaluate((s) => s.closest('label').textContent)).trim();
      if (text === post || text.startsWith(`${post}（`) || await seat.getAttribute('value') === post) return seat.check();
    }
  }

  /* Sends the form and reads what came: { done } with the address, or { refused } with the words on the page.
     Advice is accepted once; a renewed proof of identity is given in the tab that the page opens. */
  async send() {
    let advised = (await this.page.locator('.advice').allInnerTexts()).join('');
    for (let round = 0; round < 4; round++) {
      const button = this.page.locator('main form.act-form button.primary').first();
      const waits = this.page.waitForNavigation({ waitUntil: 'domcontentloaded' });
      this.count.clicks += 1;
      await Promise.all([waits, button.click()]);
      const url = new URL(this.page.url());
      if (!/\/do\//.test(url.pathname) && url.pathname !== '/new') return { done: url, advised };
      if (/\/do\/intake\.open$/.test(url.pathname) && url.searchParams.has('notices') && !await this.page.locator('.refusal, .advice').count())
        return { done: url, advised };
      const prove = this.page.locator('.refusal a[href^="/prove"]');
      if (await prove.count()) { await this.prove(prove); continue; }
      if (await this.page.locator('.refusal').count()) return { refused: await this.page.locator('main').innerText(), advised };
      if (await this.page.locator('.advice').count()) { advised += await this.page.locator('.advice').innerText(); continue; }
      throw new Error(`neither done nor refused: ${await this.page.locator('main').innerText()}`);
    }
    throw new Error(`the form never ends: ${await this.page.locator('main').innerText()}`);
  }

  async prove(link) {
    const [tab] = await Promise.all([this.context.waitForEvent('page'), link.first().click()]);
    await tab.fill('#password', this.chosen);
    await tab.click('main button[type=submit]');
    await tab.waitForSelector('.said');
    await tab.close();
  }

  /* What was refused before comes back into the form when it is opened again: thrown away, as who begins anew does. */
  async beginAnew() {
    if (!this.scripts) return;
    await this.page.waitForSelector('main form.act-form[data-loaded]');
    const old = this.page.locator('main form.act-form .restored button');
    if (await old.count()) await this.click(old);
  }

  /* Any act from its fields in JSON, by its form. */
  async act(step, number) {
    const [, post] = step.as.split('/');
    await this.seekForm(step.act, number, !step.offered || Boolean(step.expect || step.proxy));
    if (!await this.page.locator('main form.act-form').count()) return { refused: await this.page.locator('main').innerText() };
    if (step.act === 'reporting.draft') {
      if (step.fields.form) await this.fillField('form', step.fields.form);
      await this.seekWhole();
    }
    await this.beginAnew();
    await this.takeSeat(post);
    if (step.proxy) {
      if (await this.page.locator('details.proxy').count()) await this.click('details.proxy summary');
      await this.choose(this.page.locator('#f-_proxy_post'), post);
      await this.type('#f-_proxy', step.proxy);
    } else if (await this.page.locator('div.proxy').count()) return { refused: await this.page.locator('main').innerText() };
    for (const [name, value] of Object.entries(step.fields || {})) await this.fillField(name, value);
    if (step.happened) {
      await this.click('.when-box summary');
      await this.type('#f-_happened', step.happened.slice(0, 16));
      if (step.precision) await this.choose(this.page.locator('#f-_precision'), step.precision);
    }
    return this.send();
  }

  /* A report's draft part by part, as far as there is something to write: { done } with the paper's address. */
  async draft(fields, number) {
    const left = new Map(fields.items.map((item) => [item.key, item]));
    await this.seekForm('reporting.draft', number);
    await this.fillField('form', fields.form);
    for (let round = 0; round < 9 && left.size; round++) {
      const keys = await this.page.locator('main form input[type=hidden][name$="].key"]').evaluateAll((all) => all.map((e) => e.value));
      const here = keys.filter((key) => left.has(key)).map((key) => left.get(key));
      await this.fillRows('items', here);
      for (const item of here) left.delete(item.key);
      const button = this.page.locator(`main form button[name=_go][value=${left.size ? 'next' : 'paper'}]`);
      await Promise.all([this.page.waitForNavigation({ waitUntil: 'domcontentloaded' }), this.click(button)]);
      if (await this.page.locator('.refusal').count()) return { refused: await this.page.locator('main').innerText() };
    }
    return { done: new URL(this.page.url()) };
  }

  async leave() {
    await this.context.close();
  }
}

module.exports = { Person, launch };
