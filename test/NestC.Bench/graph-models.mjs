#!/usr/bin/env node
// Compares what NestC writes with ONNX Runtime: the same outputs, and as few nodes as its basic optimiser leaves.
//
//   dotnet run -c Release --project test/NestC.Bench -- graph-models MODELS OUT
//   node test/NestC.Bench/graph-models.mjs MODELS OUT [NAME...]
//
// Needs onnxruntime-node where node finds it (NODE_PATH works). For each model it runs OUT/NAME.imported.onnx and OUT/NAME.optimized.onnx,
// compares with the expected outputs beside the model (|x - y| <= 1e-3 |y| + 1e-4 max|y|), and lets ONNX Runtime optimise the imported model
// at the levels basic and extended. Prints a table, and exits with 1 where an output differs or the basic optimiser leaves fewer nodes.
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import * as path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const ort = require('onnxruntime-node');
const [models, out, ...only] = process.argv.slice(2);
if (!out) {
  console.error('usage: graph-models.mjs MODELS OUT [NAME...]');
  process.exit(2);
}

// The fields of one message: [number, wire type, value or bytes].
function* fields(buffer, at = 0, end = buffer.length) {
  const varint = () => {
    let value = 0n, shift = 0n;
    for (;;) {
      const byte = buffer[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < end) {
    const tag = Number(varint()), type = tag & 7;
    if (type === 0) yield [tag >> 3, type, varint()];
    else if (type === 2) {
      const length = Number(varint());
      yield [tag >> 3, type, buffer.subarray(at, at + length)];
      at += length;
    } else {
      const length = type === 1 ? 8 : 4;
      yield [tag >> 3, type, buffer.subarray(at, at + length)];
      at += length;
    }
  }
}

// Operators of a model's nodes, counted; constants are no work.
function nodesOf(file) {
  const counts = new Map();
  let total = 0;
  for (const [field, , graph] of fields(fs.readFileSync(file))) {
    if (field !== 7) continue;
    for (const [inner, , node] of fields(graph)) {
      if (inner !== 1) continue;
      let type = '';
      for (const [f, , value] of fields(node)) if (f === 4) type = value.toString();
      if (type === 'Constant') continue;
      counts.set(type, (counts.get(type) ?? 0) + 1);
      total++;
    }
  }
  return { total, counts };
}

const kinds = { 1: ['float32', Float32Array], 2: ['uint8', Uint8Array], 3: ['int8', Int8Array], 6: ['int32', Int32Array], 7: ['int64', BigInt64Array] };

function tensorOf(file) {
  const dims = [], floats = [];
  let type = 1, raw = null;
  for (const [field, wire, value] of fields(fs.readFileSync(file))) {
    if (field === 1 && wire === 0) dims.push(Number(value));
    else if (field === 1) for (let at = 0; at < value.length;) {
      let d = 0, shift = 0, byte;
      do { byte = value[at++]; d += (byte & 127) * 2 ** shift; shift += 7; } while (byte > 127);
      dims.push(d);
    } else if (field === 2) type = Number(value);
    else if (field === 9) raw = value;
    else if (field === 4) floats.push(value);
  }
  const bytes = raw ?? Buffer.concat(floats);
  const [kind, array] = kinds[type];
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return new ort.Tensor(kind, new array(copy.buffer), dims);
}

async function run(file, inputs) {
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1 });
  const feeds = {};
  session.inputNames.forEach((name, i) => { feeds[name] = inputs[i]; });
  const results = await session.run(feeds);
  const list = session.outputNames.map((name) => results[name]);
  await session.release();
  return list;
}

// The greatest error beyond nothing, in units of the tolerance: at most 1 is good.
function worst(actual, expected) {
  let most = 0, result = 0;
  for (const y of expected.data) most = Math.max(most, Math.abs(Number(y)));
  for (let i = 0; i < expected.data.length; i++) {
    const y = Number(expected.data[i]), difference = Math.abs(Number(actual.data[i]) - y), allowed = 1e-3 * Math.abs(y) + 1e-4 * most;
    if (!(difference <= allowed)) result = Math.max(result, allowed === 0 ? Infinity : difference / allowed);
    else if (allowed > 0) result = Math.max(result, difference / allowed);
  }
  return actual.data.length === expected.data.length ? result : Infinity;
}

async function optimised(file, level) {
  const to = path.join(out, 'ort.onnx');
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: level, optimizedModelFilePath: to, logSeverityLevel: 3 });
  await session.release();
  const nodes = nodesOf(to);
  fs.rmSync(to);
  return nodes;
}

function listOf(folder, stem, kind) {
  const found = [];
  for (let i = 0; ; i++) {
    const file = path.join(folder, `${stem}.${kind}_${i}.pb`);
    if (!fs.existsSync(file)) return found;
    found.push(tensorOf(file));
  }
}

let bad = 0;
console.log('| model | imported | NestC | ORT basic | ORT extended | error, imported | error, optimized |');
console.log('|---|---|---|---|---|---|---|');
for (const file of fs.readdirSync(out).filter((f) => f.endsWith('.imported.onnx')).sort()) {
  const name = file.slice(0, -'.imported.onnx'.length);
  if (only.length > 0 && !only.some((o) => name.endsWith(o))) continue;
  const [kind, ...rest] = name.split('_'), stem = rest.join('_');
  const folder = kind === 'real' ? path.join(models, 'real') : path.join(models, 'topology', 'expected');
  let inputs = listOf(folder, stem, 'input').slice(0, 1);
  if (inputs.length === 0 && kind !== 'real') inputs = [tensorOf(path.join(models, 'input_224.pb'))];
  const expected = listOf(folder, stem, 'output').slice(0, 1);
  const errors = [];
  for (const form of ['imported', 'optimized']) {
    if (inputs.length === 0) {
      errors.push('no inputs');
      continue;
    }
    const results = await run(path.join(out, `${name}.${form}.onnx`), inputs);
    const error = Math.max(...expected.map((e, i) => worst(results[i], e)));
    errors.push(error.toFixed(4));
    if (!(error <= 1)) bad++;
  }
  const ours = nodesOf(path.join(out, `${name}.optimized.onnx`)), imported = nodesOf(path.join(out, file));
  const basic = await optimised(path.join(out, file), 'basic'), extended = await optimised(path.join(out, file), 'extended');
  if (ours.total > basic.total) bad++;
  console.log(`| ${name} | ${imported.total} | ${ours.total} | ${basic.total} | ${extended.total} | ${errors[0]} | ${errors[1]} |`);
  if (ours.total > basic.total || process.env.GRAPH_DETAILS) {
    const types = new Set([...ours.counts.keys(), ...basic.counts.keys()]);
    const rows = [...types].sort().filter((t) => ours.counts.get(t) !== basic.counts.get(t));
    console.log(rows.map((t) => `<!-- ${t}: NestC ${ours.counts.get(t) ?? 0}, basic ${basic.counts.get(t) ?? 0} -->`).join('\n'));
  }
}
process.exit(bad === 0 ? 0 : 1);
