// RUN: nest-opt %s --snapshot-op-locations=filename=%t.mlir --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s -DFILE=%t.mlir
// RUN: nest-opt %s --pass-pipeline='builtin.module(location-snapshot{filename=%t.mlir tag=now})' --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=TAG

// CHECK: func.func @f(
func.func @f(%a: i32) -> i32 {
  // CHECK-NEXT: arith.addi %{{.*}}, %{{.*}} : i32 loc("{{.*}}.mlir":3:4)
  // TAG: arith.addi %{{.*}}, %{{.*}} : i32 loc(fused["x", "now"("{{.*}}.mlir":3:4)])
  %0 = arith.addi %a, %a : i32 loc("x")
  // CHECK-NEXT: return {{.*}} loc("{{.*}}.mlir":4:4)
  return %0 : i32
}
