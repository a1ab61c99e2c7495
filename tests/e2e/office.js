'use strict';
/* An office of the program in a directory of its own, served on a free port of loopback.
   Made by the scenario's own lines about the office; the incident itself is left to the pages. */
const childProcess = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const yaml = require('js-yaml');

const program = process.env.SHODO_TEST_PROGRAM;
const root = process.env.SHODO_TEST_ROOT;

function run(...words) {
  return childProcess.execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

function isFree(port) {
  return new Promise((done) => {
    const server = net.createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/* One at which nothing listens, nor at the next, where files go; below those that the kernel gives to clients. */
async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    if (await isFree(port) && await isFree(port + 1)) return port;
  }
}

function scenarioOf(name) {
  return yaml.load(fs.readFileSync(path.join(root, 'scenarios', name), 'utf8'), { schema: yaml.CORE_SCHEMA });
}

/* The scenario's office and one harmless step: a scenario without steps is refused. */
function officeOnly(file, scenario, at) {
  const only = {
    name: scenario.name, plan: scenario.plan, clock: scenario.clock, office: scenario.office,
    steps: [{ at, as: '管理者/administrator', act: 'office.add_department', fields: { name: '会計課', body: '市長' } }],
  };
  fs.writeFileSync(file, JSON.stringify(only));
}

function scenarioFile(dir, one) {
  if (typeof one === 'string') return path.join(root, 'scenarios', one);
  const file = path.join(dir, 'history.yaml');
  /* YAML has no place for some characters that JSON writes as they are. */
  fs.writeFileSync(file, JSON.stringify(one).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufff0-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
  return file;
}

class Office {
  /* HISTORY: whole scenarios, by their file or as they stand, one or a list, are played through the command first.
     REAL: declared so at founding; nothing can be played there. */
  static async open(scenario, at, history, real) {
    const office = new Office();
    office.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'shodo-e2e-'));
    office.data = path.join(office.dir, 'data');
    office.port = await freePort();
    office.url = `http://127.0.0.1:${office.port}`;
    office.log = fs.openSync(path.join(office.dir, 'log'), 'a');
    run('init', '--data', office.data, '--plan', path.join(root, 'plans', 'miyazaki.yaml'), '--name', 'みなみ市', ...(real ? ['--real'] : []));
    if (history) for (const one of [].concat(history)) run('play', scenarioFile(office.dir, one), '--data', office.data);
    else {
      const file = path.join(office.dir, 'office.yaml');
      officeOnly(file, scenario, at);
      run('play', file, '--data', office.data);
    }
    await office.start();
    return office;
  }

  async start() {
    const events = path.join(this.dir, 'events');
    fs.writeFileSync(events, `allow https siem.example.lg.jp 443 192.0.2.0/24\nsyslog unix ${this.dir}/log.socket\nexercise yes\n`);
    this.server = childProcess.spawn(program, ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, '--events', events],
      { stdio: ['ignore', 'ignore', this.log] });
    for (let i = 0; i < 200; i++) {
      const up = await fetch(`${this.url}/healthz`).then((r) => r.ok, () => false);
      if (up) return;
      await sleep(50);
    }
    throw new Error(`the server does not answer: ${this.said()}`);
  }

  async stop(signal) {
    const server = this.server;
    const gone = new Promise((done) => server.once('exit', done));
    server.kill(signal || 'SIGTERM');
    await gone;
  }

  said() {
    return fs.readFileSync(path.join(this.dir, 'log'), 'utf8').split('\n').slice(-20).join('\n');
  }

  password(person) {
    const text = run('account', 'issue', person, '--data', this.data, '--as', '管理者/administrator', '--json');
    return JSON.parse(text).password;
  }

  json(...words) {
    return JSON.parse(run(...words, '--data', this.data, '--json'));
  }

  run(...words) {
    return run(...words, '--data', this.data);
  }

  /* The clock of the world through the control socket: it is no act.  AT as in scenarios, Japan's time. */
  clock(at) {
    const now = new Date(`${at}+09:00`).toISOString().replace('.000Z', 'Z');
    const text = Buffer.from(JSON.stringify({ command: 'clock', now }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return new Promise((done, failed) => {
      let heard = Buffer.alloc(0);
      const socket = net.connect(path.join(this.data, 'control.sock'), () => socket.write(Buffer.concat([length, text])));
      socket.on('error', failed);
      socket.on('data', (bytes) => {
        heard = Buffer.concat([heard, bytes]);
        if (heard.length < 4 || heard.length < 4 + heard.readUInt32BE(0)) return;
        socket.end();
        const reply = JSON.parse(heard.subarray(4).toString());
        if (reply.ok) done(reply);
        else failed(new Error(`clock ${at}: ${JSON.stringify(reply)}`));
      });
    });
  }

  async close() {
    await this.stop();
    fs.closeSync(this.log);
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}

module.exports = { Office, scenarioOf, scenarioFile, sleep, root };
