'use strict';
/* answers.js: what the API really answers, read against its own description by a validator that we did not write.  Every
   member must be described: what is not is refused here, though clients must bear it.  TAP. */
const childProcess = require('child_process');
const Ajv = require('ajv/dist/2020');
const { Office } = require('../e2e/office');
const { test, end, run } = require('../e2e/tap');

const PASSWORD = 'くろしおの灯台が見えた夜 4186 ゆれる';
const UNTRIED = new Set(['get /api/v1/events', 'get /api/v1/cases/{case}/files/{sha256}', 'put /files/{ticket}']);

/* Nothing that is not described. */
function close(schema) {
  if (Array.isArray(schema)) schema.forEach(close);
  else if (schema && typeof schema === 'object') {
    if (schema.properties && schema.additionalProperties === undefined && !schema.anyOf) schema.additionalProperties = false;
    Object.values(schema).forEach(close);
  }
  return schema;
}

class Reader {
  constructor(office, description) {
    this.office = office;
    this.description = description;
    this.tried = new Set();
    this.wrong = [];
    this.ajv = new Ajv({ strict: false, allErrors: true });
    this.ajv.addSchema(close({ $id: 'api', components: description.components }));
    this.jars = new Map();
  }

  validator(schema) {
    const text = JSON.stringify(schema).replace(/"#\/components/g, '"api#/components');
    return this.ajv.compile(close(JSON.parse(text)));
  }

  /* The response of the description for a status: its own, else that of its hundred. */
  responseOf(operation, status) {
    const own = operation.responses[status] || operation.responses[`${String(status)[0]}XX`];
    return own && own.$ref ? this.description.components.responses[own.$ref.split('/').pop()] : own;
  }

  check(name, operation, status, type, text) {
    const response = this.responseOf(operation, status);
    if (!response) return `${name}: ${status} is not described: ${text.slice(0, 300)}`;
    const [kind] = (type || '').split(';');
    if (!response.content) return text ? `${name}: ${status} has a body` : null;
    const found = response.content[kind];
    if (!found) return kind.includes('json') ? `${name}: ${kind} is not described for ${status}` : null;
    if (!kind.includes('json')) return null;
    const validate = this.validator(found.schema);
    return validate(JSON.parse(text)) ? null : `${name} ${status}: ${this.ajv.errorsText(validate.errors)}: ${text.slice(0, 400)}`;
  }

  async ask(method, pattern, who, { values = {}, query = '', body } = {}) {
    const where = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? '1')) + query;
    const answer = await fetch(this.office.url + where, {
      method: method.toUpperCase(), redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...(this.jars.get(who) && { cookie: this.jars.get(who) }), ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const cookie = (answer.headers.get('set-cookie') || '').match(/__Host-sid=[^;,]*/);
    if (cookie) this.jars.set(who, cookie[0]);
    const text = await answer.text();
    const name = `${method} ${pattern}`;
    const operation = this.description.paths[pattern][method];
    if (answer.status < 400) this.tried.add(name);
    const wrong = this.check(`${name}${query}`, operation, answer.status, answer.headers.get('content-type'), text);
    if (wrong) this.wrong.push(wrong);
    return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : null };
  }

  judge() {
    const wrong = this.wrong.splice(0);
    if (wrong.length) throw new Error(wrong.slice(0, 20).join('\n'));
  }

  async enter(name) {
    const once = this.office.password(name);
    await this.ask('post', '/api/v1/session', name, { body: { name, password: once } });
    await this.ask('post', '/api/v1/me/password', name, { body: { password: once, new: PASSWORD } });
    await this.ask('post', '/api/v1/session/again', name, { body: { password: PASSWORD } });
  }
}

/* Valid as far as a schema tells; what it names may be there or not. */
function sample(schema) {
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'integer') return 1;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return [];
  if (schema.type === 'object') return Object.fromEntries((schema.required || []).map((name) => [name, sample(schema.properties[name])]));
  if (schema.pattern) return 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  if (schema.format === 'date-time') return '2026-11-20T17:00:00+09:00';
  if (schema.format === 'date') return '2026-11-20';
  return schema['x-names'] ? 'h1' : '試験';
}

run(async () => {
  const office = await Office.open(null, null, 'minami.yaml');
  const description = await (await fetch(`${office.url}/api/v1/openapi.json`)).json();
  const reader = new Reader(office, description);
  const one = '佐藤健', head = '伊藤正樹', admin = '管理者';
  let fresh;
  const values = { sha256: '0'.repeat(64), person: 'p3' };

  await test('people sign in as described', async () => {
    for (const name of [one, head, admin]) await reader.enter(name);
    reader.judge();
  });
  await test('a notice found by its list, a case opened with it, a mail on its way', async () => {
    const { person } = (await reader.ask('get', '/api/v1/me', one)).json;
    const done = async (who, pattern, fields, values = {}) => {
      const { status, json } = await reader.ask('post', pattern, who, { values, body: { fields } });
      if (status !== 200) throw new Error(`${pattern}: ${JSON.stringify(json)}`);
      return json;
    };
    const notice = { channel: 'telephone', received: '2026-11-20T17:00', via: 'direct', subject: '不審なメール', text: '開いた' };
    await done(admin, '/api/v1/acts/mail.set_relay', { network: 'internet', host: '127.0.0.1', port: 9, tls: 'none', from: 'shodo@city.example.jp', sender: '市' });
    await done(admin, '/api/v1/acts/office.change_person', { person, mail: 'one@city.example.jp' });
    await done(one, '/api/v1/acts/notice.receive', notice);
    const { notices } = (await reader.ask('get', '/api/v1/notices', one)).json;
    const mine = notices.filter(({ subject, cases }) => subject === notice.subject && !cases.length).map(({ id }) => id);
    const opened = await done(one, '/api/v1/acts/intake.open', { title: '不審なメール', notices: mine, mode: 'real' });
    const alert = { text: '不審なメールを開かないでください。', to: '職員', mail_to: [person] };
    await done(one, '/api/v1/cases/{case}/acts/triage.add_dataset',
      { name: '台帳', body: '市長', personal: 'yes', my_number: 'no', encrypted: 'no' }, { case: opened.case });
    await done(one, '/api/v1/cases/{case}/acts/duty.assess', { dataset: 'd1', sensitive: 'yes', reason: '診断書' }, { case: opened.case });
    const { clocks } = (await reader.ask('get', '/api/v1/cases/{case}/clocks', one, { values: { case: opened.case } })).json;
    const learnt = clocks.find(({ candidates }) => candidates).candidates;
    if (learnt.length < 3 || learnt.filter(({ stands }) => stands).length < 1) throw new Error(JSON.stringify(learnt));
    await done(head, '/api/v1/cases/{case}/acts/reporting.alert_staff', alert, { case: opened.case });
    fresh = opened.case;
    const input = 'From: b@example.jp\r\nTo: shodo@city.example.jp\r\nSubject: hello\r\nDate: Fri, 20 Nov 2026 17:00:00 +0900\r\n\r\nhello\r\n';
    childProcess.execFileSync(process.env.SHODO_TEST_PROGRAM, ['mail', 'receive', '--data', office.data], { input, stdio: 'pipe' });
    reader.judge();
  });
  await test('every view, for three people and for nobody', async () => {
    const { json } = await reader.ask('get', '/api/v1/cases/{case}/papers', one);
    const issued = json.papers.find((paper) => paper.form === 'form1'); /* one of the plan's: others have no proposals */
    Object.assign(values, { form: issued.form, file: `${issued.number}.html` });
    const { mails } = (await reader.ask('get', '/api/v1/mail', one)).json;
    const { circulations } = (await reader.ask('get', '/api/v1/cases/{case}/circulations', one)).json;
    const { received } = (await reader.ask('get', '/api/v1/mail/received', one)).json;
    Object.assign(values, { received: received[0].id, mail: mails[0] && mails[0].id, circulation: circulations[0] && circulations[0].id });
    for (const [pattern, item] of Object.entries(description.paths))
      if (item.get && !UNTRIED.has(`get ${pattern}`))
        for (const who of [one, head, admin, null]) await reader.ask('get', pattern, who, { values });
    for (const pattern of Object.keys(description.paths).filter((name) => /\{case\}(\/[a-z]+)?$/.test(name) && description.paths[name].get))
      await reader.ask('get', pattern, one, { values: { ...values, case: fresh } });
    await reader.ask('get', '/api/v1/cases/{case}', one, { values: { case: '999' } });
    for (const pattern of ['/api/v1/cases', '/api/v1/notices', '/api/v1/mail', '/api/v1/circulations', '/api/v1/cases/{case}/circulations'])
      await reader.ask('get', pattern, one, { query: '?limit=1' });
    for (const query of ['?state=waiting', '?state=nobody', '?before=o1', '?before=x', '?limit=0'])
      await reader.ask('get', '/api/v1/mail', one, { query });
    await reader.ask('get', '/api/v1/office', one, { query: '?on=2026-04-01' });
    await reader.ask('get', '/api/v1/office/phones', one, { query: '?on=yesterday' });
    for (const query of ['?state=unsorted', '?state=nobody', '?before=m1', '?before=o1'])
      await reader.ask('get', '/api/v1/mail/received', one, { query });
    for (const [pattern, missing] of [['/api/v1/mail/received/{received}', { received: 'm99' }], ['/api/v1/mail/{mail}', { mail: 'o999' }], ['/api/v1/cases/{case}/circulations/{circulation}', { circulation: 'k99' }]])
      if ((await reader.ask('get', pattern, one, { values: missing })).status !== 404) throw new Error(`${pattern} is there`);
    reader.judge();
  });
  await test('every act, asked about and refused', async () => {
    let n = 0;
    for (const [pattern, item] of Object.entries(description.paths)) {
      if (!item.post || !pattern.includes('/acts/')) continue;
      const { schema } = item.post.requestBody.content['application/json'];
      const fields = sample(schema.properties.fields);
      for (const who of [one, head, admin]) await reader.ask('post', pattern, who, { query: '?ask=1', body: { fields } });
      await reader.ask('post', pattern, one, { body: { fields: { nobody: 1 } } });
      n += 1;
    }
    reader.judge();
    return `${n} acts`;
  });
  await test('what is done, and done again', async () => {
    await reader.ask('post', '/api/v1/cases/{case}/acts/record.add', one, { body: { fields: { text: '記す' } } });
    await reader.ask('post', '/api/v1/cases/{case}/files', one, { body: { name: 'a.txt' } });
    await reader.ask('post', '/api/v1/tokens', one, { body: { name: '監視', expires: '2027-01-01T00:00+09:00', rights: ['view'] } });
    await reader.ask('post', '/api/v1/me/totp', one, { body: {} });
    await reader.ask('post', '/api/v1/session/post', one, { body: { post: 'system-staff' } });
    await reader.ask('post', '/api/v1/people/{person}/password', admin, { values, body: {} });
    await reader.ask('get', '/api/v1/tokens', one);
    await reader.ask('delete', '/api/v1/session', one);
    reader.judge();
  });
  await test('no view of the description was left untried', async () => {
    const left = Object.entries(description.paths).filter(([, item]) => item.get).map(([pattern]) => `get ${pattern}`)
      .filter((name) => !reader.tried.has(name) && !UNTRIED.has(name) && name !== 'get /metrics');
    if (left.length) throw new Error(left.join('\n'));
    return `${reader.tried.size} operations answered`;
  });
  await office.close();
  end();
});
