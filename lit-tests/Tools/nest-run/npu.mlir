// RUN: rm -rf %t && mkdir %t
// RUN: nest-opt --npu-lower-tiles %S/../../Dialects/npu/Inputs/copy.mlir --mlir-print-debuginfo -o %t/copy.mlir
// RUN: nest-run %t/copy.mlir --target npu --cycles --trace=%t/trace.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=TRACE --input-file %t/trace.json
// RUN: nest-run %t/copy.mlir --target npu --seed=1 --print=x --print=y --output=%t/y.npz | FileCheck %s --check-prefix=SEED
// RUN: nest-run %t/copy.mlir --target npu --inputs=%t/y.npz | FileCheck %s --check-prefix=ZERO
// RUN: nest-translate --npu-to-vta %t/copy.mlir -o %t/copy.vta
// RUN: nest-run %t/copy.vta --target npu --cycles | FileCheck %s --check-prefix=VTA
// RUN: not nest-run %t/copy.mlir --target npu --input=x=%s 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not nest-run %t/copy.mlir --target npu --program=other 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not nest-run %t/copy.mlir --target tpu 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not nest-run %s --target npu 2>&1 | FileCheck %s --check-prefix=RACE

// CHECK: @y: {{.*}} sha256
// CHECK: {{^}}cycles: {{[1-9][0-9]*$}}
// CHECK: utilisation: {{[0-9.]+}} %
// CHECK: layer {{.*}}util {{.*}}roof bound
// CHECK: {{^}}copy {{.*}} bus
// CHECK: {{^}}relu

// TRACE: "traceEvents"
// TRACE-SAME: "name":"load.inp","cat":"copy","ph":"X"
// SEED: {{^  -?[0-9]+( -?[0-9]+)+$}}
// SEED: @y: {{.*}} sha256
// ZERO: @y: {{.*}} sha256
// VTA: {{^}}cycles:
// FILE: error: {{.*}}it is not a .npy file
// NAME: error: the input has no npu.program @other
// TARGET: nest-run: error: there is no target 'tpu'; there are npu

npu.program @race device<"tsim"> base 4096 bytes 8192 {
  npu.uops @u at 0 [(0, 0, 0)]
  npu.load uop sram 0 dram 1024 rows 1 cols 1 stride 1
  npu.load inp sram 0 dram 260 rows 1 cols 4 stride 4
  npu.load wgt sram 0 dram 20 rows 1 cols 1 stride 1
  npu.gemm reset uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 0) wgt(0, 0)
  // RACE: npu.mlir:[[#@LINE+1]]:3: error: 'npu.gemm' op (instruction 4) data race
  npu.gemm uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 1) wgt(0, 0) tokens<push_next>
  npu.store out sram 0 dram 384 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.nop compute tokens<pop_next>
  npu.finish
}
