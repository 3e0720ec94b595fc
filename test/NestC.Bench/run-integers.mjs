#!/usr/bin/env node
// Runs a model of integers (onnx_integers.py) with ONNX Runtime on raw bytes, and writes or compares its last output.
//
//   node test/NestC.Bench/run-integers.mjs MODEL.onnx SHAPE INPUT.i8 OUT.i8 [EXPECTED.i8]
//
// SHAPE is 1x3x224x224 or the like; an input of four bytes an element is f32. Needs onnxruntime-node where node finds it (NODE_PATH works). With EXPECTED it prints how many
// elements are equal and how many within one step, and exits with 1 where fewer than 99 % are within one.
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import * as path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const ort = require('onnxruntime-node');
const [model, shape, input, out, expected] = process.argv.slice(2);
if (!out) {
  console.error('usage: run-integers.mjs MODEL.onnx SHAPE INPUT.i8 OUT.i8 [EXPECTED.i8]');
  process.exit(2);
}
const extents = shape.split('x').map(Number), count = extents.reduce((a, b) => a * b, 1);
const raw = fs.readFileSync(input), bytes = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);
const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, logSeverityLevel: 3 });
const tensor = raw.length === count ? new ort.Tensor('int8', new Int8Array(bytes), extents) : new ort.Tensor('float32', new Float32Array(bytes), extents);
const results = await session.run({ [session.inputNames[0]]: tensor });
const last = results[session.outputNames.at(-1)].data;
fs.writeFileSync(out, Buffer.from(last.buffer, last.byteOffset, last.byteLength));
if (expected) {
  const other = new Int8Array(fs.readFileSync(expected));
  let equal = 0, near = 0;
  for (let i = 0; i < last.length; i++) {
    const d = Math.abs(last[i] - other[i]);
    if (d === 0) equal++;
    if (d <= 1) near++;
  }
  console.log(`${equal} of ${last.length} equal, ${near} within one step`);
  if (near < 0.99 * last.length) process.exit(1);
}
