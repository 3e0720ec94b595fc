// RUN: not nest-opt %s 2>&1 | FileCheck %s
// RUN: not nest-opt %s --diagnostic-format=json 2>&1 | FileCheck %s --check-prefix=JSON
// RUN: not nest-opt %s --diagnostic-format=sarif 2>&1 | FileCheck %s --check-prefix=SARIF
// RUN: not nest-opt %s --color=always 2>&1 | FileCheck %s --check-prefix=COLOR

func.func @f() {
  // CHECK: diagnostics.mlir:[[@LINE+6]]:8: error: custom op 'arith.constnat' is unknown
  // CHECK: %0 = arith.constnat 1 : i32
  // CHECK-NEXT: ^~~~
  // CHECK: help: did you mean 'arith.constant'?
  // CHECK: NEST1319: nest-opt --explain NEST1319
  // JSON: "severity":"error","code":"NEST1319",{{.*}}"line":[[@LINE+1]],"column":8
  %0 = arith.constnat 1 : i32
  return
}
// SARIF: "version"{{: *}}"2.1.0"
// SARIF: NEST1319
// COLOR: {{.\[[0-9;]*m}}
