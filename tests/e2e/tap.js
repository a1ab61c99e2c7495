'use strict';
/* TAP on standard output.  A failed test says why and the rest goes on. */
let number = 0;
let bad = 0;

function result(good, name, why) {
  number += 1;
  if (!good) bad += 1;
  process.stdout.write(`${good ? 'ok' : 'not ok'} ${number} - ${name}\n`);
  if (!good && why) note(why);
}

function note(text) {
  for (const line of String(text).split('\n')) process.stdout.write(`# ${line}\n`);
}

/* Runs WORK as the test NAME; what it returns is added to the name.  False when it threw. */
async function test(name, work) {
  try {
    const more = await work();
    result(true, more ? `${name}: ${more}` : name);
    return true;
  } catch (error) {
    result(false, name, error.stack || error);
    return false;
  }
}

function end() {
  process.stdout.write(`1..${number}\n`);
  process.exitCode = bad ? 1 : 0;
}

/* The whole run: what it throws outside a test ends it. */
function run(main) {
  main().catch((error) => {
    note(error.stack);
    process.stdout.write('Bail out! the run itself failed\n');
    process.exit(1);
  });
}

module.exports = { test, note, end, run };
