// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs each scenario against the reference and possync-server in turn and prints a Markdown table.
// Started by run.sh, which prepares what it needs.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { plan } from './scenarios.mjs';
import { machineLines, median, syncMicroseconds, table } from './table.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const flags = new Set(['quick', 'pin', 'reference-only', 'no-ceiling']);
const options = {};
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, '');
  if (!process.argv[i].startsWith('--') || (!flags.has(name) && i + 1 === process.argv.length)) {
    console.error(`run.sh: what is "${process.argv[i]}"?`);
    process.exit(2);
  }
  options[name] = flags.has(name) ? true : process.argv[++i];
}

const build = path.resolve(options.build);
const bench = path.join(build, 'bin', 'possync_bench');
const possync = path.resolve(options.server ?? path.join(build, 'bin', 'possync-server'));
const work = path.join(options.data ? path.resolve(options.data) : path.join(build, 'bench'), `run-${process.pid}`);
const runs = Number(options.runs ?? (options.quick ? 1 : 3));
const cores = os.cpus().length;
const pins = options.pin && cores > 1
  ? { server: `0-${Math.ceil(cores / 2) - 1}`,
      generator: Array.from({ length: Math.floor(cores / 2) }, (_, i) => Math.ceil(cores / 2) + i).join(',') }
  : null;

const running = new Set();

function launch(command, stdio) {
  const child = spawn(command[0], command.slice(1), { stdio });
  running.add(child);
  child.gone = new Promise((resolve) => {
    child.on('error', () => resolve(-1));
    child.on('exit', (code) => resolve(code ?? -1));
  });
  child.gone.then(() => running.delete(child));
  return child;
}

async function stop(child) {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10000);
  await child.gone;
  clearTimeout(hard);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await Promise.all([...running].map(stop));
    fs.rmSync(work, { recursive: true, force: true });
    process.exit(130);
  });
}

function serverCommand(kind, folder) {
  const command = {
    reference: [process.execPath, path.join(here, 'reference', 'server.mjs'), '--log', path.join(folder, 'log')],
    possync: [possync, '--host', '127.0.0.1', '--port', '0', '--data', folder, '--auth', 'off',
      '--log-level', 'warning'],
    ceiling: [bench, 'echo-relay'],
  }[kind];
  return pins ? ['taskset', '-c', pins.server, ...command] : command;
}

/** Starts a server and resolves with its process and address once it says that it is ready. */
async function startServer(kind, folder) {
  const errors = fs.openSync(path.join(folder, 'stderr'), 'w');
  const child = launch(serverCommand(kind, folder), ['ignore', 'pipe', errors]);
  fs.closeSync(errors);
  let text = '';
  const ready = new Promise((resolve) => {
    child.stdout.on('data', (data) => {
      text += data;
      const match = / ready on (http:\/\/\S+)/.exec(text);
      if (match)
        resolve(match[1]);
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, 20000, null).unref());
  const url = await Promise.race([ready, child.gone.then(() => null), late]);
  if (!url) {
    await stop(child);
    const said = fs.readFileSync(path.join(folder, 'stderr'), 'utf8').trim().slice(0, 300);
    throw new Error(`the server did not start: ${said || text.trim()}`);
  }
  return { child, url };
}

async function generate(args) {
  const command = [bench, ...args, ...(pins ? ['--cores', pins.generator] : [])];
  const child = launch(command, ['ignore', 'pipe', 'inherit']);
  let text = '';
  child.stdout.on('data', (data) => { text += data; });
  await child.gone;
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false, problem: `the generator said nothing (${command.join(' ')})` };
  }
}

async function measure(kind, scenario) {
  const folder = fs.mkdtempSync(path.join(work, `${kind}-`));
  const args = options.quick ? scenario.quick : scenario.args;
  try {
    if (scenario.startsServer)
      return await generate([...args, '--exec', serverCommand(kind, folder).join(' ')]);
    const { child, url } = await startServer(kind, folder);
    const result = await generate([...args, '--url', url, '--pid', String(child.pid)]);
    if (child.exitCode !== null || child.signalCode !== null) {
      const end = child.signalCode ?? `code ${child.exitCode}`;
      return { ...result, ok: false, problem: `the server ended by itself (${end}); ${result.problem ?? ''}` };
    }
    await stop(child);
    return result;
  } catch (error) {
    return { ok: false, problem: error.message };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const wanted = options.scenarios?.split(',');
const unknown = wanted?.filter((name) => !plan.some((scenario) => scenario.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`run.sh: no scenario ${unknown.join(', ')}; there are ${plan.map((s) => s.name).join(', ')}`);
  process.exit(2);
}
const withPossync = !options['reference-only'];
if (withPossync && !fs.existsSync(possync)) {
  console.error(`run.sh: there is no ${possync}`);
  process.exit(2);
}
fs.mkdirSync(work, { recursive: true });
const machine = machineLines(work);

const rows = [];
const syncTimes = [];
for (const scenario of plan.filter((one) => (wanted ? wanted.includes(one.name) : !one.optional))) {
  const row = { scenario, reference: [], possync: [], ceiling: [] };
  for (let run = 0; run < runs; run++) {
    process.stderr.write(`${scenario.name} ${run + 1}/${runs}\n`);
    if (scenario.reference)
      row.reference.push(await measure('reference', scenario));
    if (withPossync) {
      syncTimes.push(syncMicroseconds(work));
      row.possync.push(await measure('possync', scenario));
    }
  }
  if (scenario.ceiling && !options['no-ceiling'])
    row.ceiling.push(await measure('ceiling', scenario));
  rows.push(row);
}
fs.rmSync(work, { recursive: true, force: true });

console.log(table(rows, withPossync));
console.log(machine.join('\n'));
if (syncTimes.length > 0) {
  console.log(`4 KB and fdatasync, before each run of PosSync: ${median(syncTimes)} µs `
    + `[${Math.min(...syncTimes)} – ${Math.max(...syncTimes)}].`);
}
console.log(`Runs: ${runs} of each, in turn; medians, in brackets the least and the most.`
  + (pins ? ` Server on cores ${pins.server}, generator on ${pins.generator}.` : ' No pinning.'));
if (options.json)
  fs.writeFileSync(options.json, JSON.stringify(rows.map(({ scenario, ...results }) =>
    ({ scenario: scenario.name, ...results })), null, 1));
process.exitCode = rows.some((row) => row.possync.some((result) => !result.ok)) ? 1 : 0;
