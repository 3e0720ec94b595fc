// RUN: nest-opt --allow-unregistered-dialect %s | FileCheck %s
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | nest-opt --allow-unregistered-dialect | FileCheck %s

// CHECK:      module {
// CHECK-NEXT:   func.func @integers(%arg0: i32, %arg1: i32, %arg2: vector<4xi8>, %arg3: index) {
// CHECK-NEXT:     %0 = arith.addi %arg0, %arg1 : i32
// CHECK-NEXT:     %1 = arith.subi %arg0, %arg1 overflow<nsw> : i32
// CHECK-NEXT:     %2 = arith.muli %arg2, %arg2 overflow<nsw, nuw> {x = 1 : i32} : vector<4xi8>
// CHECK-NEXT:     %3 = arith.shli %arg3, %arg3 overflow<nuw> : index
// CHECK-NEXT:     %sum, %overflow = arith.addui_extended %arg0, %arg1 : i32, i1
// CHECK-NEXT:     %low, %high = arith.mulsi_extended %arg2, %arg2 : vector<4xi8>
// CHECK-NEXT:     %4 = arith.ceildivsi %arg0, %arg1 : i32
// CHECK-NEXT:     %5 = arith.xori %arg0, %arg1 : i32
// CHECK-NEXT:     %6 = arith.maxui %arg0, %arg1 : i32
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @floats(%arg0: f64, %arg1: tensor<?xf32>) {
// CHECK-NEXT:     %0 = arith.addf %arg0, %arg0 : f64
// CHECK-NEXT:     %1 = arith.mulf %arg1, %arg1 fastmath<nnan,ninf> : tensor<?xf32>
// CHECK-NEXT:     %2 = arith.negf %arg0 fastmath<fast> : f64
// CHECK-NEXT:     %3 = arith.truncf %arg0 to_nearest_even : f64 to f32
// CHECK-NEXT:     %4 = arith.extf %3 : f32 to f64
// CHECK-NEXT:     %5 = arith.minnumf %arg0, %4 : f64
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @compares(%arg0: i32, %arg1: i1, %arg2: tensor<2xf16>, %arg3: tensor<2xi1>) {
// CHECK-NEXT:     %0 = arith.cmpi ult, %arg0, %arg0 : i32
// CHECK-NEXT:     %1 = arith.cmpf une, %arg2, %arg2 fastmath<contract> : tensor<2xf16>
// CHECK-NEXT:     %2 = arith.select %arg1, %arg2, %arg2 : tensor<2xf16>
// CHECK-NEXT:     %3 = arith.select %arg3, %arg2, %arg2 : tensor<2xi1>, tensor<2xf16>
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @casts(%arg0: i8, %arg1: memref<2xi32>, %arg2: f32) {
// CHECK-NEXT:     %0 = arith.extsi %arg0 : i8 to i64
// CHECK-NEXT:     %1 = arith.index_castui %arg0 : i8 to index
// CHECK-NEXT:     %2 = arith.index_cast %arg1 : memref<2xi32> to memref<2xindex>
// CHECK-NEXT:     %3 = arith.bitcast %arg2 : f32 to i32
// CHECK-NEXT:     %4 = arith.fptoui %arg2 : f32 to i7
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @constants() {
// CHECK-NEXT:     %c5 = arith.constant 5 : index
// CHECK-NEXT:     %c-7_i32 = arith.constant -7 : i32
// CHECK-NEXT:     %true = arith.constant true
// CHECK-NEXT:     %cst = arith.constant 1.500000e+00 : f32
// CHECK-NEXT:     %cst_0 = arith.constant dense<[1, 2]> : tensor<2xi64>
// CHECK-NEXT:     %c5_1 = arith.constant 5 : index
// CHECK-NEXT:     %c170141183460469231731687303715884105727_i128 = arith.constant {tag = "t"} 170141183460469231731687303715884105727 : i128
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }

// GENERIC:      "builtin.module"() ({
// GENERIC-NEXT:   "func.func"() <{function_type = (i32, i32, vector<4xi8>, index) -> (), sym_name = "integers"}> ({
// GENERIC-NEXT:   ^bb0(%arg9: i32, %arg10: i32, %arg11: vector<4xi8>, %arg12: index):
// GENERIC-NEXT:     %22 = "arith.addi"(%arg9, %arg10) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
// GENERIC-NEXT:     %23 = "arith.subi"(%arg9, %arg10) <{overflowFlags = #arith.overflow<nsw>}> : (i32, i32) -> i32
// GENERIC-NEXT:     %24 = "arith.muli"(%arg11, %arg11) <{overflowFlags = #arith.overflow<nsw, nuw>}> {x = 1 : i32} : (vector<4xi8>, vector<4xi8>) -> vector<4xi8>
// GENERIC-NEXT:     %25 = "arith.shli"(%arg12, %arg12) <{overflowFlags = #arith.overflow<nuw>}> : (index, index) -> index
// GENERIC-NEXT:     %26:2 = "arith.addui_extended"(%arg9, %arg10) : (i32, i32) -> (i32, i1)
// GENERIC-NEXT:     %27:2 = "arith.mulsi_extended"(%arg11, %arg11) : (vector<4xi8>, vector<4xi8>) -> (vector<4xi8>, vector<4xi8>)
// GENERIC-NEXT:     %28 = "arith.ceildivsi"(%arg9, %arg10) : (i32, i32) -> i32
// GENERIC-NEXT:     %29 = "arith.xori"(%arg9, %arg10) : (i32, i32) -> i32
// GENERIC-NEXT:     %30 = "arith.maxui"(%arg9, %arg10) : (i32, i32) -> i32
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = (f64, tensor<?xf32>) -> (), sym_name = "floats"}> ({
// GENERIC-NEXT:   ^bb0(%arg7: f64, %arg8: tensor<?xf32>):
// GENERIC-NEXT:     %16 = "arith.addf"(%arg7, %arg7) <{fastmath = #arith.fastmath<none>}> : (f64, f64) -> f64
// GENERIC-NEXT:     %17 = "arith.mulf"(%arg8, %arg8) <{fastmath = #arith.fastmath<nnan,ninf>}> : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
// GENERIC-NEXT:     %18 = "arith.negf"(%arg7) <{fastmath = #arith.fastmath<fast>}> : (f64) -> f64
// GENERIC-NEXT:     %19 = "arith.truncf"(%arg7) <{roundingmode = 0 : i32}> : (f64) -> f32
// GENERIC-NEXT:     %20 = "arith.extf"(%19) : (f32) -> f64
// GENERIC-NEXT:     %21 = "arith.minnumf"(%arg7, %20) <{fastmath = #arith.fastmath<none>}> : (f64, f64) -> f64
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = (i32, i1, tensor<2xf16>, tensor<2xi1>) -> (), sym_name = "compares"}> ({
// GENERIC-NEXT:   ^bb0(%arg3: i32, %arg4: i1, %arg5: tensor<2xf16>, %arg6: tensor<2xi1>):
// GENERIC-NEXT:     %12 = "arith.cmpi"(%arg3, %arg3) <{predicate = 6 : i64}> : (i32, i32) -> i1
// GENERIC-NEXT:     %13 = "arith.cmpf"(%arg5, %arg5) <{fastmath = #arith.fastmath<contract>, predicate = 13 : i64}> : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xi1>
// GENERIC-NEXT:     %14 = "arith.select"(%arg4, %arg5, %arg5) : (i1, tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
// GENERIC-NEXT:     %15 = "arith.select"(%arg6, %arg5, %arg5) : (tensor<2xi1>, tensor<2xf16>, tensor<2xf16>) -> tensor<2xf16>
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = (i8, memref<2xi32>, f32) -> (), sym_name = "casts"}> ({
// GENERIC-NEXT:   ^bb0(%arg0: i8, %arg1: memref<2xi32>, %arg2: f32):
// GENERIC-NEXT:     %7 = "arith.extsi"(%arg0) : (i8) -> i64
// GENERIC-NEXT:     %8 = "arith.index_castui"(%arg0) : (i8) -> index
// GENERIC-NEXT:     %9 = "arith.index_cast"(%arg1) : (memref<2xi32>) -> memref<2xindex>
// GENERIC-NEXT:     %10 = "arith.bitcast"(%arg2) : (f32) -> i32
// GENERIC-NEXT:     %11 = "arith.fptoui"(%arg2) : (f32) -> i7
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = () -> (), sym_name = "constants"}> ({
// GENERIC-NEXT:     %0 = "arith.constant"() <{value = 5 : index}> : () -> index
// GENERIC-NEXT:     %1 = "arith.constant"() <{value = -7 : i32}> : () -> i32
// GENERIC-NEXT:     %2 = "arith.constant"() <{value = true}> : () -> i1
// GENERIC-NEXT:     %3 = "arith.constant"() <{value = 1.500000e+00 : f32}> : () -> f32
// GENERIC-NEXT:     %4 = "arith.constant"() <{value = dense<[1, 2]> : tensor<2xi64>}> : () -> tensor<2xi64>
// GENERIC-NEXT:     %5 = "arith.constant"() <{value = 5 : index}> : () -> index
// GENERIC-NEXT:     %6 = "arith.constant"() <{value = 170141183460469231731687303715884105727 : i128}> {tag = "t"} : () -> i128
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT: }) : () -> ()

func.func @integers(%a: i32, %b: i32, %v: vector<4xi8>, %i: index) {
  %0 = arith.addi %a, %b : i32
  %1 = arith.subi %a, %b overflow<nsw> : i32
  %2 = arith.muli %v, %v overflow<nsw, nuw> {x = 1 : i32} : vector<4xi8>
  %3 = arith.shli %i, %i overflow<nuw> : index
  %sum, %overflow = arith.addui_extended %a, %b : i32, i1
  %low, %high = arith.mulsi_extended %v, %v : vector<4xi8>
  %4 = arith.ceildivsi %a, %b : i32
  %5 = arith.xori %a, %b : i32
  %6 = arith.maxui %a, %b : i32
  return
}
func.func @floats(%a: f64, %t: tensor<?xf32>) {
  %0 = arith.addf %a, %a : f64
  %1 = arith.mulf %t, %t fastmath<nnan,ninf> : tensor<?xf32>
  %2 = arith.negf %a fastmath<fast> : f64
  %3 = arith.truncf %a to_nearest_even : f64 to f32
  %4 = arith.extf %3 : f32 to f64
  %5 = arith.minnumf %a, %4 : f64
  return
}
func.func @compares(%a: i32, %c: i1, %t: tensor<2xf16>, %m: tensor<2xi1>) {
  %0 = arith.cmpi ult, %a, %a : i32
  %1 = arith.cmpf une, %t, %t fastmath<contract> : tensor<2xf16>
  %2 = arith.select %c, %t, %t : tensor<2xf16>
  %3 = arith.select %m, %t, %t : tensor<2xi1>, tensor<2xf16>
  return
}
func.func @casts(%a: i8, %m: memref<2xi32>, %f: f32) {
  %0 = arith.extsi %a : i8 to i64
  %1 = arith.index_castui %a : i8 to index
  %2 = arith.index_cast %m : memref<2xi32> to memref<2xindex>
  %3 = arith.bitcast %f : f32 to i32
  %4 = arith.fptoui %f : f32 to i7
  return
}
func.func @constants() {
  %0 = arith.constant 5 : index
  %1 = arith.constant -7 : i32
  %2 = arith.constant true
  %3 = arith.constant 1.5 : f32
  %4 = arith.constant dense<[1, 2]> : tensor<2xi64>
  %5 = arith.constant 5 : index
  %6 = arith.constant {tag = "t"} 170141183460469231731687303715884105727 : i128
  return
}
