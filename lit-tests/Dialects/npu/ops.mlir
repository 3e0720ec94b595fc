// RUN: nest-opt %s | nest-opt | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | nest-opt | FileCheck %s

// A program of instructions: identity GEMM of four tiles.
// CHECK-LABEL: npu.program @instructions device<"tsim", burst_beats = 16, fetch_batch = 8> base 1048576 bytes 8192 {
npu.program @instructions device<"tsim", burst_beats = 16, fetch_batch = 8> base 1048576 bytes 8192 {
  // CHECK-NEXT: npu.uops @table at 0 [(0, 0, 0), (1, 1, 0)]
  npu.uops @table at 0 [(0, 0, 0), (1, 1, 0)]
  // CHECK-NEXT: npu.data @x inp at 64 elements 6 = dense<3> : tensor<96xi8>
  npu.data @x inp at 64 elements 6 = dense<3> : tensor<96xi8>
  // CHECK-NEXT: npu.data @w wgt at 256 elements 1
  npu.data @w wgt at 256 elements 1
  // CHECK-NEXT: npu.data @bytes at 512 elements 5
  npu.data @bytes at 512 elements 5
  // CHECK-NEXT: npu.data @y out at 1024 elements 8
  npu.data @y out at 1024 elements 8
  // CHECK-NEXT: npu.load uop sram 0 dram 262144 rows 1 cols 2 stride 2
  npu.load uop sram 0 dram 262144 rows 1 cols 2 stride 2
  // CHECK-NEXT: npu.load inp sram 0 dram 65540 rows 2 cols 2 stride 3 pad [1, 0, 2, 3]
  npu.load inp sram 0 dram 65540 rows 2 cols 2 stride 3 pad [1, 0, 2, 3]
  // CHECK-NEXT: npu.load wgt sram 0 dram 4097 rows 1 cols 1 stride 1 tokens<push_next>
  npu.load wgt sram 0 dram 4097 rows 1 cols 1 stride 1 tokens<push_next>
  // CHECK-NEXT: npu.gemm reset uop 0 to 2 loop 2 x 2 dst(4, 2) src(0, 0) wgt(0, 0)
  npu.gemm reset uop 0 to 2 loop 2 x 2 dst(4, 2) src(0, 0) wgt(0, 0)
  // CHECK-NEXT: npu.gemm uop 0 to 2 loop 2 x 2 dst(4, 2) src(4, 2) wgt(0, 0) tokens<pop_prev>
  npu.gemm uop 0 to 2 loop 2 x 2 dst(4, 2) src(4, 2) wgt(0, 0) tokens<pop_prev>
  // CHECK-NEXT: npu.alu min uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm 127
  npu.alu min uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm 127
  // CHECK-NEXT: npu.alu max uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm -128
  npu.alu max uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm -128
  // CHECK-NEXT: npu.alu shr uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm -16
  npu.alu shr uop 0 to 2 loop 1 x 4 dst(0, 2) src(0, 2) imm -16
  // CHECK-NEXT: npu.alu add uop 0 to 1 loop 1 x 4 dst(0, 2) src(0, 2) tokens<push_next>
  npu.alu add uop 0 to 1 loop 1 x 4 dst(0, 2) src(0, 2) tokens<push_next>
  // CHECK-NEXT: npu.store out sram 0 dram 65600 rows 2 cols 4 stride 4 tokens<pop_prev|push_prev>
  npu.store out sram 0 dram 65600 rows 2 cols 4 stride 4 tokens<pop_prev|push_prev>
  // CHECK-NEXT: npu.nop compute tokens<pop_next>
  npu.nop compute tokens<pop_next>
  // CHECK-NEXT: npu.finish
  npu.finish
}

// What only some implementations do.
// CHECK-LABEL: npu.program @nonportable device<"fsim", implementation = functional, token_limit = 1024, uop_depth = 8192> base 4096 bytes 4096 nonportable {
npu.program @nonportable device<"fsim", implementation = functional, token_limit = 1024, uop_depth = 8192> base 4096 bytes 4096 nonportable {
  // CHECK-NEXT: npu.load acc8 sram 0 dram 256 rows 1 cols 3 stride 3
  npu.load acc8 sram 0 dram 256 rows 1 cols 3 stride 3
  // CHECK-NEXT: npu.load uop sram 4000 dram 1024 rows 2 cols 3 stride 3 pad [0, 0, 1, 0]
  npu.load uop sram 4000 dram 1024 rows 2 cols 3 stride 3 pad [0, 0, 1, 0]
  // CHECK-NEXT: npu.alu mul reset uop 4000 to 4003 loop 1 x 1 dst(0, 0) src(0, 0) imm 3
  npu.alu mul reset uop 4000 to 4003 loop 1 x 1 dst(0, 0) src(0, 0) imm 3
  // CHECK-NEXT: npu.alu shr uop 4000 to 4003 loop 1 x 1 dst(0, 0) src(0, 0) unused_imm -1
  npu.alu shr uop 4000 to 4003 loop 1 x 1 dst(0, 0) src(0, 0) unused_imm -1
}

// Tile operations.
// CHECK-LABEL: npu.program @tiles
npu.program @tiles device<"tsim"> base 4096 bytes 65536 attributes {npu.note = "kept"} {
  npu.data @x inp at 0 elements 100
  npu.data @w wgt at 2048 elements 4
  npu.data @y out at 4096 elements 100
  // CHECK: %[[X:.*]] = npu.alloc : !npu.buffer<inp, 2x10x10>
  %x = npu.alloc : !npu.buffer<inp, 2x10x10>
  // CHECK-NEXT: %[[W:.*]] = npu.alloc at 16 : !npu.buffer<wgt, 2>
  %w = npu.alloc at 16 : !npu.buffer<wgt, 2>
  // CHECK-NEXT: %[[A:.*]] = npu.alloc : !npu.buffer<acc, 100>
  %a = npu.alloc : !npu.buffer<acc, 100>
  // CHECK-NEXT: %[[B:.*]] = npu.alloc : !npu.buffer<acc, 1>
  %b = npu.alloc : !npu.buffer<acc, 1>
  // CHECK-NEXT: %[[V:.*]] = npu.view %[[X]][100] : !npu.buffer<inp, 2x10x10> to !npu.buffer<inp, 10x10>
  %v = npu.view %x[100] : !npu.buffer<inp, 2x10x10> to !npu.buffer<inp, 10x10>
  // CHECK-NEXT: npu.tile_load @x[4] rows 8 cols 8 stride 10 pad [1, 1, 1, 1] to %[[V]] : !npu.buffer<inp, 10x10>
  npu.tile_load @x[4] rows 8 cols 8 stride 10 pad [1, 1, 1, 1] to %v : !npu.buffer<inp, 10x10>
  // CHECK-NEXT: npu.tile_load @w[0] rows 1 cols 2 stride 2 to %[[W]] : !npu.buffer<wgt, 2>
  npu.tile_load @w[0] rows 1 cols 2 stride 2 to %w : !npu.buffer<wgt, 2>
  // CHECK-NEXT: npu.tile_reset %[[A]] : !npu.buffer<acc, 100>
  npu.tile_reset %a : !npu.buffer<acc, 100>
  // CHECK-NEXT: npu.tile_reset %[[B]] : !npu.buffer<acc, 1>
  npu.tile_reset %b : !npu.buffer<acc, 1>
  // CHECK-NEXT: npu.tile_gemm %[[V]], %[[W]] into %[[A]] iterate [2, 100] src [0, 1] wgt [1, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 2>, !npu.buffer<acc, 100>
  npu.tile_gemm %v, %w into %a iterate [2, 100] src [0, 1] wgt [1, 0] dst [0, 1] : !npu.buffer<inp, 10x10>, !npu.buffer<wgt, 2>, !npu.buffer<acc, 100>
  // CHECK-NEXT: npu.tile_alu add %[[A]], %[[B]] iterate [100] dst [1] src [0] : !npu.buffer<acc, 100>, !npu.buffer<acc, 1>
  npu.tile_alu add %a, %b iterate [100] dst [1] src [0] : !npu.buffer<acc, 100>, !npu.buffer<acc, 1>
  // CHECK-NEXT: npu.tile_alu shr %[[A]] imm 4 iterate [100] dst [1] : !npu.buffer<acc, 100>
  npu.tile_alu shr %a imm 4 iterate [100] dst [1] : !npu.buffer<acc, 100>
  // CHECK-NEXT: npu.tile_store %[[A]] to @y[0] rows 10 cols 10 stride 10 : !npu.buffer<acc, 100>
  npu.tile_store %a to @y[0] rows 10 cols 10 stride 10 : !npu.buffer<acc, 100>
}

// A launch of a program: tensors stand for the data that it reads and writes.
// CHECK: npu.launch @instructions() reads [] writes ["y"] : () -> tensor<8x16xi8>
%launched = npu.launch @instructions() reads [] writes ["y"] : () -> tensor<8x16xi8>
