// RUN: nest-opt --allow-unregistered-dialect %s | FileCheck %s
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | nest-opt --allow-unregistered-dialect | FileCheck %s

// CHECK:      module {
// CHECK-NEXT:   func.func private @declared(i32 {d.a = 1 : i32}, index) -> (f32 {d.b}) attributes {d.c}
// CHECK-NEXT:   func.func nested @two(%arg0: i32 {d.a}, %arg1: f32) -> (f32, i32) {
// CHECK-NEXT:     return %arg1, %arg0 : f32, i32
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @calls(%arg0: i32, %arg1: f32) -> f32 {
// CHECK-NEXT:     %0:2 = call @two(%arg0, %arg1) {tag} : (i32, f32) -> (f32, i32)
// CHECK-NEXT:     %f = constant @two : (i32, f32) -> (f32, i32)
// CHECK-NEXT:     %1:2 = call_indirect %f(%arg0, %arg1) : (i32, f32) -> (f32, i32)
// CHECK-NEXT:     return %0#0 : f32
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @returns_function() -> (() -> ()) {
// CHECK-NEXT:     %f = constant @nothing : () -> ()
// CHECK-NEXT:     return %f : () -> ()
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @nothing() attributes {d.e = [1]} {
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }

// GENERIC:      "builtin.module"() ({
// GENERIC-NEXT:   "func.func"() <{arg_attrs = [{d.a = 1 : i32}, {}], function_type = (i32, index) -> f32, res_attrs = [{d.b}], sym_name = "declared", sym_visibility = "private"}> ({
// GENERIC-NEXT:   }) {d.c} : () -> ()
// GENERIC-NEXT:   "func.func"() <{arg_attrs = [{d.a}, {}], function_type = (i32, f32) -> (f32, i32), sym_name = "two", sym_visibility = "nested"}> ({
// GENERIC-NEXT:   ^bb0(%arg2: i32, %arg3: f32):
// GENERIC-NEXT:     "func.return"(%arg3, %arg2) : (f32, i32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = (i32, f32) -> f32, sym_name = "calls"}> ({
// GENERIC-NEXT:   ^bb0(%arg0: i32, %arg1: f32):
// GENERIC-NEXT:     %1:2 = "func.call"(%arg0, %arg1) <{callee = @two}> {tag} : (i32, f32) -> (f32, i32)
// GENERIC-NEXT:     %2 = "func.constant"() <{value = @two}> : () -> ((i32, f32) -> (f32, i32))
// GENERIC-NEXT:     %3:2 = "func.call_indirect"(%2, %arg0, %arg1) : ((i32, f32) -> (f32, i32), i32, f32) -> (f32, i32)
// GENERIC-NEXT:     "func.return"(%1#0) : (f32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = () -> (() -> ()), sym_name = "returns_function"}> ({
// GENERIC-NEXT:     %0 = "func.constant"() <{value = @nothing}> : () -> (() -> ())
// GENERIC-NEXT:     "func.return"(%0) : (() -> ()) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = () -> (), sym_name = "nothing"}> ({
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) {d.e = [1]} : () -> ()
// GENERIC-NEXT: }) : () -> ()

func.func private @declared(i32 {d.a = 1 : i32}, index) -> (f32 {d.b}) attributes {d.c}
func.func nested @two(%x: i32 {d.a}, %y: f32) -> (f32, i32) {
  return %y, %x : f32, i32
}
func.func @calls(%x: i32, %y: f32) -> f32 {
  %0:2 = call @two(%x, %y) {tag} : (i32, f32) -> (f32, i32)
  %f = constant @two : (i32, f32) -> (f32, i32)
  %1:2 = call_indirect %f(%x, %y) : (i32, f32) -> (f32, i32)
  return %0#0 : f32
}
func.func @returns_function() -> (() -> ()) {
  %f = constant @nothing : () -> ()
  return %f : () -> ()
}
func.func @nothing() attributes {d.e = [1]} {
  return
}
