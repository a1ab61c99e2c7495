'use strict';
/* An office declared real (shodo init --real): no band, no remark of the demo, the machine's own clock.  A scenario is
   not played there; its office is set up act by act, as an administrator does it, and its night is worked by the pages. */
const assert = require('assert');
const { test } = require('./tap');
const { Office, scenarioOf } = require('./office');
const { Person } = require('./person');
const { look } = require('./look');

const NIGHT = ['triage.state', 'triage.mark_host', 'response.contain_host', 'triage.classify', 'triage.judge', 'triage.prioritise',
  'reporting.draft', 'reporting.issue'];
const MARKS = /訓練|実演|検証用/;

/* Some minutes ago, as a field of Japan's time. */
function ago(minutes) {
  return new Date(Date.now() + (9 * 60 - minutes) * 60000).toISOString().slice(0, 16);
}

async function work(sato, ito, scenario) {
  const first = (act) => scenario.steps.find((step) => step.act === act && !step.expect);
  const notice = first('notice.receive');
  const heard = await sato.act({ ...notice, fields: { ...notice.fields, received: ago(12) } });
  assert(heard.done, heard.refused);
  const opened = await sato.act(first('intake.open'));
  assert(opened.done, opened.refused);
  await sato.type('#quick-text', '山本課長に、電源を切らずに LAN ケーブルを抜くよう電話で依頼した。');
  await Promise.all([sato.page.waitForNavigation(), sato.press('Enter')]);
  for (const act of NIGHT) {
    const step = first(act);
    const done = await (step.as.startsWith('佐藤') ? sato : ito).act({ ...step, happened: undefined }, 1);
    assert(done.done, done.refused);
  }
}

async function realOffice(browser, alarms) {
  const scenario = scenarioOf('minami.yaml');
  const office = await Office.open(scenario, null, [], true);
  for (const { act, fields } of scenario.office)
    office.run('act', act, '--as', '管理者/administrator', '--json', JSON.stringify(fields));
  const sato = await (await Person.come(browser, office, '佐藤健', alarms)).enter();
  const ito = await (await Person.come(browser, office, '伊藤正樹', alarms)).enter();
  await test('a first hour in an office declared real', () => work(sato, ito, scenario));
  for (const [person, name, where] of [
    [sato, 'desk', '/'], [sato, 'case', '/cases/1'], [sato, 'form', '/cases/1/do/evidence.register'], [sato, 'draft', '/cases/1/do/reporting.draft?form=form1'],
    [ito, 'reports', '/cases/1/reports'], [ito, 'papers', '/cases/1/papers'], [ito, 'paper', '/cases/1/papers/form1'], [ito, 'circulations', '/circulations'],
    [sato, 'hosts', '/cases/1/hosts'], [sato, 'clocks', '/clocks']])
    await test(`${where} of an office declared real`, async () => {
      assert.equal((await person.page.goto(office.url + where)).status(), 200);
      assert.doesNotMatch(await person.page.locator('body').innerText(), MARKS);
      await look(person, `real-${name}`, where);
    });
  await sato.leave();
  await ito.leave();
  await office.close();
}

module.exports = { realOffice };
