// RUN: nest-opt --allow-unregistered-dialect %s | FileCheck %s
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | nest-opt --allow-unregistered-dialect | FileCheck %s

// CHECK:      module @named attributes {d.a} {
// CHECK-NEXT:   func.func @casts(%arg0: i32, %arg1: f32) -> i64 {
// CHECK-NEXT:     %0 = builtin.unrealized_conversion_cast %arg0 : i32 to i64
// CHECK-NEXT:     %1:2 = builtin.unrealized_conversion_cast %arg0, %arg1 : i32, f32 to f16, f16 {tag}
// CHECK-NEXT:     %2 = builtin.unrealized_conversion_cast to tensor<2xf32>
// CHECK-NEXT:     return %0 : i64
// CHECK-NEXT:   }
// CHECK-NEXT:   module {
// CHECK-NEXT:   }
// CHECK-NEXT: }

// GENERIC:      "builtin.module"() <{sym_name = "named"}> ({
// GENERIC-NEXT:   "func.func"() <{function_type = (i32, f32) -> i64, sym_name = "casts"}> ({
// GENERIC-NEXT:   ^bb0(%arg0: i32, %arg1: f32):
// GENERIC-NEXT:     %0 = "builtin.unrealized_conversion_cast"(%arg0) : (i32) -> i64
// GENERIC-NEXT:     %1:2 = "builtin.unrealized_conversion_cast"(%arg0, %arg1) {tag} : (i32, f32) -> (f16, f16)
// GENERIC-NEXT:     %2 = "builtin.unrealized_conversion_cast"() : () -> tensor<2xf32>
// GENERIC-NEXT:     "func.return"(%0) : (i64) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "builtin.module"() ({
// GENERIC-NEXT:   ^bb0:
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT: }) {d.a} : () -> ()

module @named attributes {d.a} {
  func.func @casts(%x: i32, %y: f32) -> i64 {
    %0 = builtin.unrealized_conversion_cast %x : i32 to i64
    %1:2 = builtin.unrealized_conversion_cast %x, %y : i32, f32 to f16, f16 {tag}
    %2 = builtin.unrealized_conversion_cast to tensor<2xf32>
    return %0 : i64
  }
  module {
  }
}
