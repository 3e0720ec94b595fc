// RUN: nest-opt --npu-lower-tiles %S/Inputs/copy.mlir | FileCheck %s
// RUN: nest-opt --npu-allocate-scratchpad='report=true' %s 2>&1 | FileCheck %s --check-prefix=ALLOC
// RUN: nest-opt --npu-allocate-scratchpad --npu-lower-tiles %s | FileCheck %s --check-prefix=BOTH
// RUN: not nest-opt --npu-lower-tiles %S/Inputs/too-large.mlir 2>&1 | FileCheck %s --check-prefix=FULL

// CHECK-LABEL: npu.program @copy
// CHECK: npu.uops @uops at 4096 [(0, 0, 0)
// CHECK: npu.load inp sram 0 dram 256 rows 1 cols 4 stride 4
// CHECK: npu.load wgt sram 0 dram 17 rows 1 cols 1 stride 1 tokens<push_next>
// CHECK: npu.gemm reset
// CHECK: npu.gemm uop {{.*}} tokens<pop_prev>
// CHECK: npu.alu max {{.*}} imm 0 tokens<push_next>
// CHECK: npu.store out sram 0 dram 288 rows 1 cols 4 stride 4 tokens<pop_prev|push_prev>
// CHECK-NEXT: npu.nop compute tokens<pop_next>
// CHECK-NEXT: npu.finish
// CHECK-NOT: npu.tile

// The second accumulator buffer lives when the first does no more, and takes its place.
// ALLOC: @places: peak inp 0 of 2048, wgt 0 of 1024, acc 1500 of 2048 elements
// ALLOC: npu.alloc at 0 : !npu.buffer<acc, 1500>
// ALLOC: npu.alloc at 0 : !npu.buffer<acc, 1000>
// BOTH: npu.finish
// FULL: too-large.mlir:6:{{[0-9]+}}: error: 'npu.alloc' op needs elements 1500 to 2499 of acc, which has 2048
npu.program @places device<"tsim"> base 4096 bytes 65536 {
  npu.data @y out at 0 elements 2048
  %a = npu.alloc : !npu.buffer<acc, 1500>
  npu.tile_reset %a : !npu.buffer<acc, 1500>
  npu.tile_alu add %a imm 1 iterate [1500] dst [1] : !npu.buffer<acc, 1500>
  npu.tile_store %a to @y[0] rows 1 cols 1500 stride 1500 : !npu.buffer<acc, 1500>
  %b = npu.alloc : !npu.buffer<acc, 1000>
  npu.tile_reset %b : !npu.buffer<acc, 1000>
  npu.tile_alu add %b imm 2 iterate [1000] dst [1] : !npu.buffer<acc, 1000>
  npu.tile_store %b to @y[0] rows 1 cols 1000 stride 1000 : !npu.buffer<acc, 1000>
}
