'use strict';
/* The whole incident of a scenario through the pages: every act by its form, every person in a browser of their own.
   In the end the plan's sheet must say the same as when the same scenario is played by the command. */
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');
const { test, note, end, run } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { Person, launch } = require('./person');

const NAME = 'minami.yaml';
const URGENT = new Set(['response.contain_host', 'response.stop_service']);
const KILLED_AT = 120; /* steps */

/* Counts that no page says in one word: the command's own play of the scenario checks them. */
const ELSEWHERE = new Set(['hosts_open', 'clocks', 'reports']);
const PHASES = new Map(yaml.load(fs.readFileSync(path.join(process.env.SHODO_TEST_ROOT, 'plans', 'miyazaki.yaml'), 'utf8'), { schema: yaml.CORE_SCHEMA })
  .phases.map((phase) => [phase.id, phase.name]));

class Stage {
  constructor(office, browser) {
    Object.assign(this, { office, browser, people: new Map(), alarms: [], cases: {}, last: '' });
  }

  async person(name) {
    if (!this.people.has(name)) this.people.set(name, await (await Person.come(this.browser, this.office, name, this.alarms)).enter());
    return this.people.get(name);
  }

  async act(step) {
    if (step.at) await this.office.clock(step.at);
    const person = await this.person(step.as.split('/')[0]);
    const answer = await person.act({ ...step, offered: true }, step.case ? this.cases[step.case] : 0).catch((error) => {
      /* What must be refused may be no choice of the form at all. */
      if (step.expect && error.notOffered) return null;
      throw error;
    });
    if (!answer) return;
    if (step.expect) {
      assert(answer.refused, `done, though it is expected to be ${step.expect}`);
      if (step.says && step.expect !== 'denied') assert(answer.refused.includes(step.says), `says not 「${step.says}」: ${answer.refused}`);
      return;
    }
    assert(answer.done, answer.refused);
    /* What is urgent is done without a word before. */
    if (step.advises && !URGENT.has(step.act))
      assert(answer.advised.includes(step.advises), `advises not 「${step.advises}」: ${answer.advised}`);
    if (step.opens) this.cases[step.opens] = Number(/\/cases\/(\d+)/.exec(answer.done.pathname)[1]);
    this.last = person;
  }

  async check(step) {
    const what = step.check;
    if (step.at) await this.office.clock(step.at);
    if (!what.case || !this.last) return;
    await this.last.page.goto(`${this.office.url}/cases/${this.cases[what.case]}`);
    const head = await this.last.page.locator('#case-head').innerText();
    const unknown = Object.keys(what).filter((key) => !['case', 'closed', 'next', 'phase', 'round', 'conformity'].includes(key) && !ELSEWHERE.has(key));
    assert.deepEqual(unknown, []);
    if (what.closed === true) assert.match(head, /終結/);
    if (what.phase && what.closed !== true) assert(head.includes(PHASES.get(what.phase)), `not in ${what.phase}: ${head}`);
    if (what.round > 1) assert(head.includes(`${what.round}回目`), `not in round ${what.round}: ${head}`);
    if (what.conformity) {
      const rows = new Map(sheet(this.office, this.cases[what.case]).rows.map((row) => [row.clause, row.status]));
      for (const [clause, status] of Object.entries(what.conformity)) assert.equal(rows.get(clause), status, clause);
    }
    if (what.next) assert((await this.last.page.locator('#next').textContent()).includes(what.next), `次にすること says not 「${what.next}」: ${await this.last.page.locator('#next').textContent()}`);
  }
}

/* Entries have other numbers: people come and sign in here. */
function rowsOf(json) {
  return json.rows.map((row) => JSON.stringify(row, (key, value) => (/entry|entries|head|first|number/.test(key) ? undefined : value)));
}

function sheet(office, number) {
  return office.json('case', 'conformity', String(number));
}

async function main() {
  const scenario = scenarioOf(NAME);
  const office = await Office.open(scenario, scenario.clock);
  const played = await Office.open(scenario, scenario.clock, NAME);
  const browser = await launch();
  const stage = new Stage(office, browser);
  const until = Number(process.env.SHODO_TEST_STEPS || scenario.steps.length);

  for (const [i, step] of scenario.steps.slice(0, until).entries()) {
    const name = step.act ? `${i + 1} ${step.at || ''} ${step.as} ${step.act}${step.expect ? ` (${step.expect})` : ''}` : `${i + 1} check`;
    if (i === KILLED_AT) await test('the server is killed and started again', async () => {
      for (const one of stage.people.values()) one.away = true;
      await office.stop('SIGKILL');
      await office.start();
      for (const one of stage.people.values()) {
        await one.page.goto(`${office.url}/`);
        one.away = false;
      }
    });
    await test(name, () => (step.act ? stage.act(step) : stage.check(step)));
  }
  await test('the sheet of what was carried out is the one of the same incident played by the command', async () => {
    const here = rowsOf(sheet(office, stage.cases.A));
    const there = rowsOf(sheet(played, 1));
    const other = here.flatMap((row, i) => (row === there[i] ? [] : [`through the pages ${row}\nby the command    ${there[i]}`]));
    assert.equal(other.join('\n'), '');
    assert.equal(here.length, there.length);
  });
  await test('the journal is sound', async () => { office.run('verify'); });
  await test('nothing that must not happen', async () => { assert.deepEqual(stage.alarms, []); });
  const sum = { fields: 0, clicks: 0, keys: 0 };
  for (const person of stage.people.values()) for (const key of Object.keys(sum)) sum[key] += person.count[key];
  note(`${stage.people.size} people: ${sum.fields} fields, ${sum.clicks} clicks, ${sum.keys} characters and keys`);
  await browser.close();
  await office.close();
  await played.close();
  end();
}

run(main);
