// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is measured, with which goal. `value` is the figure of the table; `goal.met` gets the medians of possync
// and of the reference (which may be missing). `optional` ones run only when `--scenarios` names them.

const perSecond = (figure) => (figure >= 1e6 ? `${(figure / 1e6).toFixed(2)} M/s`
  : figure >= 1e4 ? `${(figure / 1e3).toFixed(0)} k/s` : `${figure.toFixed(0)}/s`);
const milliseconds = (figure) => `${figure >= 10 ? figure.toFixed(1) : figure.toFixed(2)} ms`;

function rate(name, title, args, quick, goal, more = {}) {
  return { name, title, args, quick, goal, reference: true, value: (r) => r.rate, show: perSecond, higher: true,
    ...more };
}

const relay = { ceiling: true };
const short = ['--seconds', '1.5', '--warm-up', '0.5'];
const ratioGoal = (least) => ({ text: `≥ ${least}×`, met: (p, r) => r && p.rate / r.rate >= least });

export const plan = [
  rate('fanout', 'fan-out 1 × 50, 16 in flight', ['fanout', '--in-flight', '16'],
    ['fanout', '--in-flight', '16', ...short],
    { text: '≥ 10×, ≤ 0.5 µs', met: (p, r) => r && p.rate / r.rate >= 10 && p.cpu_us <= 0.5 }, relay),
  rate('fanout-1', 'fan-out 1 × 50, 1 in flight', ['fanout', '--in-flight', '1'],
    ['fanout', '--in-flight', '1', ...short], null, relay),
  rate('fanout-64', 'fan-out 1 × 50, 64 in flight', ['fanout', '--in-flight', '64'],
    ['fanout', '--in-flight', '64', ...short], null, relay),
  rate('many-200', '200 restaurants × 5', ['many', '--restaurants', '200'],
    ['many', '--restaurants', '200', ...short], ratioGoal(4), relay),
  rate('many-1000', '1000 restaurants × 5', ['many', '--restaurants', '1000'],
    ['many', '--restaurants', '1000', ...short], ratioGoal(3), relay),
  { name: 'latency', title: '2,000 changes/s × 5, p50 / p99', args: ['latency'],
    quick: ['latency', ...short], reference: true, ceiling: true,
    value: (r) => r.p99_ms, show: milliseconds, higher: false,
    detail: (r) => `${milliseconds(r.p50_ms)} / ${milliseconds(r.p99_ms)}`,
    goal: { text: 'p50 ≤ 0.5 ms, p99 ≤ 5 ms', met: (p) => p.p50_ms <= 0.5 && p.p99_ms <= 5 } },
  { name: 'noisy', title: 'p99 alone → beside a flood', args: ['noisy'],
    quick: ['noisy', '--seconds', '1'], reference: true, ceiling: true,
    value: (r) => r.p99_ms, show: milliseconds, higher: false,
    detail: (r) => `${milliseconds(r.alone_p99_ms)} → ${milliseconds(r.p99_ms)} (flood ${perSecond(r.flood_rate)})`,
    goal: { text: '≤ 1.2× of alone', met: (p) => p.p99_ms <= 1.2 * p.alone_p99_ms } },
  { name: 'idle', title: '10,000 idle devices, memory each', args: ['idle'],
    quick: ['idle', '--devices', '2000', '--seconds', '2', '--settle', '1'], reference: true,
    value: (r) => r.kb_per_connection, show: (figure) => `${figure.toFixed(1)} KB`, higher: false,
    detail: (r) => `${r.kb_per_connection.toFixed(1)} KB, ${r.cpu_percent.toFixed(1)} % of a core`,
    goal: { text: '≤ 6 KB, < 2 %', met: (p) => p.kb_per_connection <= 6 && p.cpu_percent < 2 } },
  { name: 'storm', title: '1,000 devices return within 1 s', args: ['storm'],
    quick: ['storm', '--devices', '300', '--seconds', '0.3'], reference: true,
    value: (r) => r.all_ready_s, show: (figure) => `${figure.toFixed(2)} s`, higher: false,
    detail: (r) => `${r.all_ready_s.toFixed(2)} s, p99 ${milliseconds(r.p99_ms)}`,
    goal: { text: 'all within 10 s', met: (p) => p.all_ready_s <= 10 } },
  rate('catchup', 'catch-up of 100,000 changes', ['catchup'], ['catchup', '--changes', '20000'],
    { text: '≥ 200,000/s', met: (p) => p.rate >= 200000 }, { reference: false, referenceText: 'never' }),
  rate('v2-catchup', 'catch-up of 100,000 changes, v2', ['v2-catchup'], ['v2-catchup', '--changes', '20000'],
    { text: '≥ 200,000/s', met: (p) => p.rate >= 200000 }, { reference: false, referenceText: 'never' }),
  rate('post', 'POST /api/sync, batches of 100', ['post'], ['post', ...short],
    { text: '≥ 60,000/s', met: (p) => p.rate >= 60000 }),
  rate('health', 'GET /api/health', ['rest', '--what', 'health'],
    ['rest', '--what', 'health', '--seconds', '1'], ratioGoal(5)),
  rate('data', 'GET …/data, 500 records', ['rest', '--what', 'data'],
    ['rest', '--what', 'data', '--seconds', '1'], ratioGoal(5)),
  { name: 'startup', title: 'ready with a million changes', args: ['startup'],
    quick: ['startup', '--changes', '100000'], startsServer: true, reference: false, referenceText: 'stores nothing',
    value: (r) => r.ready_ms, show: milliseconds, higher: false,
    detail: (r) => `${milliseconds(r.ready_ms)}, first data ${milliseconds(r.first_data_ms)}, `
      + `RSS ${r.rss_after_data_mb.toFixed(0)} MB`,
    goal: { text: '< 1 s', met: (p) => p.ready_ms < 1000 } },
  { name: 'growth', title: 'CPU of a change, first → last tenth of 10 million', optional: true,
    args: ['fill', '--changes', '10000000'], quick: ['fill', '--changes', '300000'],
    reference: false, referenceText: 'stores nothing',
    value: (r) => r.last_tenth_cpu_us, show: (figure) => `${figure.toFixed(1)} µs`, higher: false,
    detail: (r) => `${r.first_tenth_cpu_us.toFixed(1)} → ${r.last_tenth_cpu_us.toFixed(1)} µs at ${perSecond(r.rate)}`,
    goal: { text: '≤ 1.2× of the first', met: (p) => p.last_tenth_cpu_us <= 1.2 * p.first_tenth_cpu_us } },
];
