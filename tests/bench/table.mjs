// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of every figure over the runs that went well; null if none did. */
function medians(results) {
  const good = results.filter((result) => result.ok);
  if (good.length === 0)
    return null;
  return Object.fromEntries(Object.keys(good[0]).filter((key) => typeof good[0][key] === 'number')
    .map((key) => [key, median(good.map((result) => result[key]))]));
}

function cell(scenario, results, otherwise) {
  if (results.length === 0)
    return otherwise;
  const middle = medians(results);
  if (!middle)
    return 'failed';
  const values = results.filter((result) => result.ok).map(scenario.value);
  const spread = values.length > 1
    ? ` [${scenario.show(Math.min(...values))} – ${scenario.show(Math.max(...values))}]` : '';
  return (scenario.detail ?? ((r) => scenario.show(scenario.value(r))))(middle) + spread;
}

function ratio(scenario, possync, reference) {
  if (!possync || !reference)
    return '–';
  const better = scenario.value(possync) / scenario.value(reference);
  return `${(scenario.higher ? better : 1 / better).toFixed(better >= 100 ? 0 : 1)}×`;
}

function cpu(reference, possync) {
  const shown = (result) => (result?.cpu_us ? result.cpu_us.toFixed(result.cpu_us >= 100 ? 0 : 2) : '–');
  return `${shown(reference)} → ${shown(possync)}`;
}

export function table(rows, withPossync) {
  const lines = ['| Scenario | Reference | PosSync | Better by | Goal | Met | CPU µs each | Ceiling |',
    '|---|---|---|---|---|---|---|---|'];
  const problems = [];
  for (const { scenario, reference, possync, ceiling } of rows) {
    const ours = medians(possync);
    const theirs = medians(reference);
    const met = !scenario.goal || !withPossync ? '–' : ours && scenario.goal.met(ours, theirs) ? 'yes' : '**no**';
    lines.push(`| ${[scenario.title, cell(scenario, reference, scenario.referenceText ?? '–'),
      cell(scenario, possync, '–'), ratio(scenario, ours, theirs), scenario.goal?.text ?? '–', met,
      cpu(theirs, ours), cell(scenario, ceiling, '–')].join(' | ')} |`);
    for (const [kind, results] of Object.entries({ reference, possync, ceiling })) {
      for (const result of results.filter((one) => !one.ok))
        problems.push(`- ${scenario.name}, ${kind}: ${result.problem}`);
    }
  }
  return [...lines, '', ...(problems.length ? ['Went wrong:', ...problems, ''] : [])].join('\n');
}

function filesystemOf(folder) {
  try {
    return execFileSync('stat', ['-f', '-c', '%T', folder], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Median time of a small durable write, on which every durable figure stands. */
export function syncMicroseconds(folder) {
  const file = path.join(folder, 'sync');
  const handle = fs.openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  const times = [];
  for (let i = 0; i < 100; i++) {
    const start = process.hrtime.bigint();
    fs.writeSync(handle, block);
    fs.fdatasyncSync(handle);
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  fs.closeSync(handle);
  fs.rmSync(file);
  return Math.round(median(times));
}

export function machineLines(folder) {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown';
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  let commit = '';
  try {
    commit = execFileSync('git', ['-C', fileURLToPath(new URL('.', import.meta.url)), 'rev-parse', '--short', 'HEAD'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // Not a checkout: the table then names no commit.
  }
  return [`Machine: ${os.cpus().length} × ${model}, ${memory} GB, Linux ${os.release()}, data on ${filesystemOf(folder)}, `
    + `Node ${process.version}, load before ${os.loadavg()[0].toFixed(1)}. ${at} UTC${commit ? `, commit ${commit}` : ''}.`];
}
