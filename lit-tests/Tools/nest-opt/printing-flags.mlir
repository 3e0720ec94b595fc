// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-value-users | FileCheck %s --check-prefix=USERS
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-debuginfo --mlir-pretty-debuginfo | FileCheck %s --check-prefix=PRETTY
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-local-scope | FileCheck %s --check-prefix=LOCAL --implicit-check-not='{-#'
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-elide-resource-strings-if-larger=2 | FileCheck %s --check-prefix=ELIDE --implicit-check-not=dialect_resources
// RUN: nest-opt %s --allow-unregistered-dialect --verify-roundtrip | FileCheck %s --check-prefix=AGAIN

// Operations without results have numbers too, and may be named before they are printed; a pair of results is in brackets.
// USERS:      func.func @f(%[[A:.*]]: i32) -> i32 {
// USERS-NEXT:   // %[[A]] is used by %[[CALL:.*]]#0, %[[CALL]]#1
// USERS-NEXT:   %c5_i32 = arith.constant 5 : i32 // unused
// USERS-NEXT:   %[[CALL]]:2 = "t.pair"(%[[A]]) : (i32) -> (i32, f32) // users: (%[[BR:[0-9]+]]), (unused)
// USERS-NEXT:   cf.br ^bb1(%[[CALL]]#0 : i32) // id: %[[BR]]
// USERS:        // %{{.*}} is used by %[[RET:[0-9]+]], %[[Z:[0-9]+]]
// USERS-NEXT:   "t.region"() ({
// USERS-NEXT:     "t.z"(%{{.*}}) : (i32) -> () // id: %[[Z]]
// USERS-NEXT:   }) {k = dense_resource<r> : tensor<2xi8>} : () -> ()
// USERS-NEXT:   return %{{.*}} : i32 // id: %[[RET]]

// PRETTY: func.func @f(%arg0: i32 "arg") -> i32 {
// PRETTY: %c5_i32 = arith.constant 5 : i32 "here"
// PRETTY: cf.br ^bb1(%0#0 : i32) {{.*}}printing-flags.mlir:{{[0-9]+:[0-9]+$}}

// LOCAL: func.func @f
// LOCAL: dense_resource<r>

// ELIDE: dense_resource<r>
// ELIDE: {-#
// ELIDE-EMPTY:
// ELIDE-NEXT: #-}

// AGAIN: func.func @f
// AGAIN: r: "0x010000000102"
func.func @f(%a: i32 loc("arg")) -> i32 {
  %c = arith.constant 5 : i32 loc("here")
  %p:2 = "t.pair"(%a) : (i32) -> (i32, f32)
  cf.br ^bb1(%p#0 : i32)
^bb1(%x: i32):
  "t.region"() ({
    "t.z"(%x) : (i32) -> ()
  }) {k = dense_resource<r> : tensor<2xi8>} : () -> ()
  return %x : i32
}
{-# dialect_resources: { builtin: { r: "0x010000000102" } } #-}
