// RUN: nest-opt --npu-insert-tokens %s | FileCheck %s
// RUN: nest-opt --npu-insert-tokens %s | nest-opt --npu-insert-tokens | FileCheck %s

// RAW from load to compute, compute to store, and WAR back: one token each. The loads of micro-ops and the gemm are of one module.
// CHECK-LABEL: npu.program @chain
npu.program @chain device<"tsim"> base 4096 bytes 8192 {
  npu.uops @u at 0 [(0, 0, 0)]
  npu.data @x inp at 64 elements 8 = dense<1> : tensor<128xi8>
  npu.data @w wgt at 1024 elements 1 = dense<1> : tensor<256xi8>
  npu.data @y out at 2048 elements 8
  // CHECK: npu.load uop sram 0 dram 1024 rows 1 cols 1 stride 1
  // CHECK-NOT: tokens
  // CHECK: npu.load inp sram 0 dram 260
  npu.load uop sram 0 dram 1024 rows 1 cols 1 stride 1
  npu.load inp sram 0 dram 260 rows 1 cols 4 stride 4
  // CHECK-NEXT: npu.load wgt {{.*}} tokens<push_next> {note = "kept"}
  npu.load wgt sram 0 dram 20 rows 1 cols 1 stride 1 {note = "kept"}
  // CHECK-NEXT: npu.gemm reset {{.*}} wgt(0, 0)
  npu.gemm reset uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 0) wgt(0, 0)
  // The next load overwrites what this reads: WAR.
  // CHECK-NEXT: npu.gemm uop 0 to 1 {{.*}} tokens<pop_prev|push_prev|push_next>
  npu.gemm uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 1) wgt(0, 0)
  // CHECK-NEXT: npu.store {{.*}} tokens<pop_prev|push_prev>
  npu.store out sram 0 dram 384 rows 1 cols 4 stride 4
  // CHECK-NEXT: npu.load inp {{.*}} tokens<pop_next|push_next>
  npu.load inp sram 0 dram 264 rows 1 cols 4 stride 4
  // This overwrites what the store reads, and reads what the load wrote.
  // CHECK-NEXT: npu.gemm uop 0 to 1 {{.*}} tokens<pop_prev|pop_next|push_next>
  npu.gemm uop 0 to 1 loop 1 x 4 dst(0, 1) src(0, 1) wgt(0, 0)
  // CHECK-NEXT: npu.store {{.*}} tokens<pop_prev|push_prev>
  npu.store out sram 0 dram 388 rows 1 cols 4 stride 4
  // CHECK-NEXT: npu.nop compute tokens<pop_next>
  // CHECK-NEXT: npu.finish
}
