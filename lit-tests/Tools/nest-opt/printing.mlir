// RUN: nest-opt %s | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: nest-opt %s --mlir-print-value-users | FileCheck %s --check-prefix=USERS
// RUN: nest-opt %s --mlir-print-unique-ssa-ids | FileCheck %s --check-prefix=UNIQUE
// RUN: nest-opt %s --mlir-print-skip-regions | FileCheck %s --check-prefix=SKIP
// RUN: nest-opt %s --mlir-elide-elementsattrs-if-larger=2 | FileCheck %s --check-prefix=ELIDE
// RUN: nest-opt %s --mlir-print-elementsattrs-with-hex-if-larger=2 | FileCheck %s --check-prefix=HEX
// RUN: nest-opt %s --mlir-print-debuginfo --mlir-pretty-debuginfo | FileCheck %s --check-prefix=PRETTY
// RUN: nest-opt %s -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: cat %s | nest-opt - | FileCheck %s

// CHECK: module {
// CHECK: func.func @f(%[[A:.*]]: i32) -> i32 {
// CHECK-NEXT: %[[SUM:.*]] = arith.addi %[[A]], %[[A]] : i32
// CHECK: dense<[1, 2, 3]> : tensor<3xi8>
// GENERIC: "builtin.module"() ({
// GENERIC: "func.func"() <{function_type = (i32) -> i32, sym_name = "f"}> ({
// GENERIC: "arith.addi"(%{{.*}}, %{{.*}}) <{overflowFlags = #arith.overflow<none>}>
// USERS: = arith.addi {{.*}} // user: %
// UNIQUE: @f(%[[F:.*]]: i32)
// UNIQUE-NOT: @g(%[[F]]: i32)
// UNIQUE: @g(
// SKIP: module {...}
// ELIDE: dense_resource<__elided__> : tensor<3xi8>
// HEX: dense<"0x010203"> : tensor<3xi8>
// PRETTY: arith.addi {{.*}} : i32 {{.*}}:[[@LINE+2]]:8
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  %1 = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  return %0 : i32
}
func.func @g(%a: i32) {
  return
}
