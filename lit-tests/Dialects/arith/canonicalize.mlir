// RUN: nest-opt %s --canonicalize --allow-unregistered-dialect --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @sel1
// CHECK-SAME:  (%arg0: i1, %arg1: i1, %arg2: i32, %arg3: i32, %arg4: i32) -> (i32, i32, i32, i32, i32, i32, i32) {
// CHECK-NEXT:    %0 = arith.select %arg1, %arg2, %arg3 : i32
// CHECK-NEXT:    %1 = arith.select %arg0, %0, %arg3 : i32
// CHECK-NEXT:    %2 = arith.select %arg1, %arg3, %arg2 : i32
// CHECK-NEXT:    %3 = arith.select %arg0, %2, %arg3 : i32
// CHECK-NEXT:    %4 = arith.select %arg0, %arg2, %0 : i32
// CHECK-NEXT:    %5 = arith.select %arg0, %arg2, %2 : i32
// CHECK-NEXT:    %6 = arith.select %arg0, %arg2, %arg4 : i32
// CHECK-NEXT:    %7 = arith.select %arg0, %arg4, %arg3 : i32
// CHECK-NEXT:    %8 = arith.select %arg0, %arg3, %arg2 : i32
// CHECK-NEXT:    return %1, %3, %4, %5, %6, %7, %8 : i32, i32, i32, i32, i32, i32, i32
// CHECK-NEXT:  }
func.func @sel1(%p: i1, %q: i1, %a: i32, %b: i32, %c: i32) -> (i32, i32, i32, i32, i32, i32, i32) {
  %0 = arith.select %q, %a, %b : i32
  %1 = arith.select %p, %0, %b : i32
  %2 = arith.select %q, %b, %a : i32
  %3 = arith.select %p, %2, %b : i32
  %4 = arith.select %p, %a, %0 : i32
  %5 = arith.select %p, %a, %2 : i32
  %6 = arith.select %p, %a, %b : i32
  %7 = arith.select %p, %6, %c : i32
  %8 = arith.select %p, %c, %6 : i32
  %t = arith.constant true
  %n = arith.xori %p, %t : i1
  %9 = arith.select %n, %a, %b : i32
  return %1, %3, %4, %5, %7, %8, %9 : i32, i32, i32, i32, i32, i32, i32
}

// -----

// CHECK-LABEL: func.func @sel2
// CHECK-SAME:  (%arg0: i1, %arg1: i32, %arg2: vector<4xi1>) -> (i1, i32, i64, vector<4xi32>, i32) {
// CHECK-NEXT:    %cst = arith.constant dense<0> : vector<4xi32>
// CHECK-NEXT:    %cst_0 = arith.constant dense<1> : vector<4xi32>
// CHECK-NEXT:    %true = arith.constant true
// CHECK-NEXT:    %0 = arith.xori %arg0, %true : i1
// CHECK-NEXT:    %1 = arith.extui %arg0 : i1 to i32
// CHECK-NEXT:    %2 = arith.extui %arg0 : i1 to i64
// CHECK-NEXT:    %3 = arith.select %arg2, %cst_0, %cst : vector<4xi1>, vector<4xi32>
// CHECK-NEXT:    %4 = arith.xori %arg0, %true : i1
// CHECK-NEXT:    %5 = arith.extui %4 : i1 to i32
// CHECK-NEXT:    return %0, %1, %2, %3, %5 : i1, i32, i64, vector<4xi32>, i32
// CHECK-NEXT:  }
func.func @sel2(%p: i1, %a: i32, %v: vector<4xi1>) -> (i1, i32, i64, vector<4xi32>, i32) {
  %t = arith.constant true
  %f = arith.constant false
  %0 = arith.select %p, %f, %t : i1
  %c1 = arith.constant 1 : i32
  %c0 = arith.constant 0 : i32
  %1 = arith.select %p, %c1, %c0 : i32
  %c1l = arith.constant 1 : i64
  %c0l = arith.constant 0 : i64
  %2 = arith.select %p, %c1l, %c0l : i64
  %v1 = arith.constant dense<1> : vector<4xi32>
  %v0 = arith.constant dense<0> : vector<4xi32>
  %3 = arith.select %v, %v1, %v0 : vector<4xi1>, vector<4xi32>
  %4 = arith.select %p, %c0, %c1 : i32
  return %0, %1, %2, %3, %4 : i1, i32, i64, vector<4xi32>, i32
}

// -----

// CHECK-LABEL: func.func @bit
// CHECK-SAME:  (%arg0: f32, %arg1: i32, %arg2: index) -> (f32, i32, i32, index, index, i64, f16) {
// CHECK-NEXT:    %0 = arith.bitcast %arg0 : f32 to i32
// CHECK-NEXT:    %1 = arith.index_cast %arg1 : i32 to index
// CHECK-NEXT:    %2 = arith.index_castui %arg1 : i32 to index
// CHECK-NEXT:    %3 = arith.extui %arg1 : i32 to i64
// CHECK-NEXT:    %4 = arith.sitofp %arg1 : i32 to f32
// CHECK-NEXT:    %5 = arith.truncf %4 : f32 to f16
// CHECK-NEXT:    return %arg0, %0, %arg1, %1, %2, %3, %5 : f32, i32, i32, index, index, i64, f16
// CHECK-NEXT:  }
func.func @bit(%a: f32, %i : i32, %x: index) -> (f32, i32, i32, index, index, i64, f16) {
  %0 = arith.bitcast %a : f32 to i32
  %1 = arith.bitcast %0 : i32 to f32
  %2 = arith.bitcast %1 : f32 to i32
  %3 = arith.index_cast %i : i32 to index
  %4 = arith.index_cast %3 : index to i32
  %5 = arith.extsi %i : i32 to i64
  %6 = arith.index_cast %5 : i64 to index
  %7 = arith.extui %i : i32 to i64
  %8 = arith.index_castui %7 : i64 to index
  %9 = arith.extsi %7 : i64 to i128
  %10 = arith.trunci %9 : i128 to i64
  %11 = arith.sitofp %i : i32 to f32
  %12 = arith.truncf %11 : f32 to f16
  return %1, %2, %4, %6, %8, %10, %12 : f32, i32, i32, index, index, i64, f16
}

// -----

// CHECK-LABEL: func.func @add
// CHECK-SAME:  (%arg0: i32, %arg1: i32) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) {
// CHECK-NEXT:    %c15_i32 = arith.constant 15 : i32
// CHECK-NEXT:    %c0_i32 = arith.constant 0 : i32
// CHECK-NEXT:    %c-2_i32 = arith.constant -2 : i32
// CHECK-NEXT:    %c2_i32 = arith.constant 2 : i32
// CHECK-NEXT:    %c8_i32 = arith.constant 8 : i32
// CHECK-NEXT:    %0 = arith.addi %arg0, %c8_i32 : i32
// CHECK-NEXT:    %1 = arith.addi %arg0, %c2_i32 : i32
// CHECK-NEXT:    %2 = arith.subi %c8_i32, %arg0 : i32
// CHECK-NEXT:    %3 = arith.subi %arg0, %arg1 : i32
// CHECK-NEXT:    %4 = arith.subi %arg0, %arg1 : i32
// CHECK-NEXT:    %5 = arith.addi %arg0, %c-2_i32 : i32
// CHECK-NEXT:    %6 = arith.subi %c2_i32, %arg0 : i32
// CHECK-NEXT:    %7 = arith.subi %arg0, %c8_i32 : i32
// CHECK-NEXT:    %8 = arith.subi %c-2_i32, %arg0 : i32
// CHECK-NEXT:    %9 = arith.subi %c8_i32, %arg0 : i32
// CHECK-NEXT:    %10 = arith.addi %arg0, %c2_i32 : i32
// CHECK-NEXT:    %11 = arith.subi %c0_i32, %arg1 : i32
// CHECK-NEXT:    %12 = arith.muli %arg0, %c15_i32 : i32
// CHECK-NEXT:    return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12 : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
// CHECK-NEXT:  }
func.func @add(%x: i32, %y: i32) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) {
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %m1 = arith.constant -1 : i32
  %0 = arith.addi %x, %c3 : i32
  %1 = arith.addi %0, %c5 : i32
  %2 = arith.subi %x, %c3 : i32
  %3 = arith.addi %2, %c5 : i32
  %4 = arith.subi %c3, %x : i32
  %5 = arith.addi %4, %c5 : i32
  %6 = arith.muli %y, %m1 : i32
  %7 = arith.addi %x, %6 : i32
  %8 = arith.addi %6, %x : i32
  %9 = arith.subi %0, %c5 : i32
  %10 = arith.subi %c5, %0 : i32
  %11 = arith.subi %2, %c5 : i32
  %12 = arith.subi %4, %c5 : i32
  %13 = arith.subi %c5, %2 : i32
  %14 = arith.subi %c5, %4 : i32
  %15 = arith.subi %x, %y : i32
  %16 = arith.subi %15, %x : i32
  %17 = arith.muli %x, %c3 : i32
  %18 = arith.muli %17, %c5 : i32
  return %1, %3, %5, %7, %8, %9, %10, %11, %12, %13, %14, %16, %18 : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
}

// -----

// CHECK-LABEL: func.func @addov
// CHECK-SAME:  (%arg0: i32, %arg1: vector<4xi32>, %arg2: index) -> (i32, vector<4xi32>, vector<4xi32>, index) {
// CHECK-NEXT:    %c14 = arith.constant 14 : index
// CHECK-NEXT:    %cst = arith.constant dense<[1, 2, 3, 4]> : vector<4xi32>
// CHECK-NEXT:    %cst_0 = arith.constant dense<3> : vector<4xi32>
// CHECK-NEXT:    %c8_i32 = arith.constant 8 : i32
// CHECK-NEXT:    %0 = arith.addi %arg0, %c8_i32 overflow<nsw> : i32
// CHECK-NEXT:    %1 = arith.addi %arg1, %cst_0 : vector<4xi32>
// CHECK-NEXT:    %2 = arith.addi %1, %cst_0 : vector<4xi32>
// CHECK-NEXT:    %3 = arith.addi %arg1, %cst : vector<4xi32>
// CHECK-NEXT:    %4 = arith.addi %3, %cst : vector<4xi32>
// CHECK-NEXT:    %5 = arith.addi %arg2, %c14 : index
// CHECK-NEXT:    return %0, %2, %4, %5 : i32, vector<4xi32>, vector<4xi32>, index
// CHECK-NEXT:  }
func.func @addov(%x: i32, %v: vector<4xi32>, %w: index) -> (i32, vector<4xi32>, vector<4xi32>, index) {
  %c3 = arith.constant 3 : i32
  %c5 = arith.constant 5 : i32
  %0 = arith.addi %x, %c3 overflow<nsw, nuw> : i32
  %1 = arith.addi %0, %c5 overflow<nsw> : i32
  %v3 = arith.constant dense<3> : vector<4xi32>
  %v5 = arith.constant dense<[1, 2, 3, 4]> : vector<4xi32>
  %2 = arith.addi %v, %v3 : vector<4xi32>
  %3 = arith.addi %2, %v3 : vector<4xi32>
  %4 = arith.addi %v, %v5 : vector<4xi32>
  %5 = arith.addi %4, %v5 : vector<4xi32>
  %i1 = arith.constant 7 : index
  %6 = arith.addi %w, %i1 : index
  %7 = arith.addi %6, %i1 : index
  return %1, %3, %5, %7 : i32, vector<4xi32>, vector<4xi32>, index
}

// -----

// CHECK-LABEL: func.func @ext
// CHECK-SAME:  (%arg0: i32, %arg1: i32, %arg2: i1, %arg3: i64) -> (i32, i32, i32, i32, i32, i32, i32, i1) {
// CHECK-NEXT:    %c0_i32 = arith.constant 0 : i32
// CHECK-NEXT:    %true = arith.constant true
// CHECK-NEXT:    %0 = arith.addi %arg0, %arg1 : i32
// CHECK-NEXT:    %1 = arith.muli %arg0, %arg1 : i32
// CHECK-NEXT:    %2 = arith.muli %arg0, %arg1 : i32
// CHECK-NEXT:    %3 = arith.cmpi slt, %arg0, %c0_i32 : i32
// CHECK-NEXT:    %4 = arith.extsi %3 : i1 to i32
// CHECK-NEXT:    %low, %high = arith.mulsi_extended %arg2, %true : i1
// CHECK-NEXT:    return %0, %1, %2, %arg0, %4, %arg0, %c0_i32, %high : i32, i32, i32, i32, i32, i32, i32, i1
// CHECK-NEXT:  }
func.func @ext(%x: i32, %y: i32, %b: i1, %s: i64) -> (i32, i32, i32, i32, i32, i32, i32, i1) {
  %sum, %ov = arith.addui_extended %x, %y : i32, i1
  %low, %high = arith.mulsi_extended %x, %y : i32
  %low1, %high1 = arith.mului_extended %x, %y : i32
  %c1 = arith.constant 1 : i32
  %low2, %high2 = arith.mulsi_extended %x, %c1 : i32
  %c1b = arith.constant true
  %low3, %high3 = arith.mulsi_extended %b, %c1b : i1
  %low4, %high4 = arith.mului_extended %x, %c1 : i32
  return %sum, %low, %low1, %low2, %high2, %low4, %high4, %high3 : i32, i32, i32, i32, i32, i32, i32, i1
}

// -----

// CHECK-LABEL: func.func @logic
// CHECK-SAME:  (%arg0: i8, %arg1: i8, %arg2: i1) -> (i32, i32, i32, i32, i32, i32, i1, i1) {
// CHECK-NEXT:    %0 = arith.andi %arg0, %arg1 : i8
// CHECK-NEXT:    %1 = arith.extsi %0 : i8 to i32
// CHECK-NEXT:    %2 = arith.andi %arg0, %arg1 : i8
// CHECK-NEXT:    %3 = arith.extui %2 : i8 to i32
// CHECK-NEXT:    %4 = arith.ori %arg0, %arg1 : i8
// CHECK-NEXT:    %5 = arith.extsi %4 : i8 to i32
// CHECK-NEXT:    %6 = arith.ori %arg0, %arg1 : i8
// CHECK-NEXT:    %7 = arith.extui %6 : i8 to i32
// CHECK-NEXT:    %8 = arith.xori %arg0, %arg1 : i8
// CHECK-NEXT:    %9 = arith.extsi %8 : i8 to i32
// CHECK-NEXT:    %10 = arith.xori %arg0, %arg1 : i8
// CHECK-NEXT:    %11 = arith.extui %10 : i8 to i32
// CHECK-NEXT:    %12 = arith.cmpi eq, %arg0, %arg1 : i8
// CHECK-NEXT:    %13 = arith.cmpi sge, %arg0, %arg1 : i8
// CHECK-NEXT:    return %1, %3, %5, %7, %9, %11, %12, %13 : i32, i32, i32, i32, i32, i32, i1, i1
// CHECK-NEXT:  }
func.func @logic(%x: i8, %y: i8, %p: i1) -> (i32, i32, i32, i32, i32, i32, i1, i1) {
  %xs = arith.extsi %x : i8 to i32
  %ys = arith.extsi %y : i8 to i32
  %xu = arith.extui %x : i8 to i32
  %yu = arith.extui %y : i8 to i32
  %0 = arith.andi %xs, %ys : i32
  %1 = arith.andi %xu, %yu : i32
  %2 = arith.ori %xs, %ys : i32
  %3 = arith.ori %xu, %yu : i32
  %4 = arith.xori %xs, %ys : i32
  %5 = arith.xori %xu, %yu : i32
  %6 = arith.cmpi eq, %xs, %ys : i32
  %7 = arith.cmpi slt, %x, %y : i8
  %t = arith.constant true
  %8 = arith.xori %7, %t : i1
  return %0, %1, %2, %3, %4, %5, %6, %8 : i32, i32, i32, i32, i32, i32, i1, i1
}

// -----

// CHECK-LABEL: func.func @trunc
// CHECK-SAME:  (%arg0: i64, %arg1: i8, %arg2: i32, %arg3: i32) -> (i32, i32, i16, i16, i32, i32) {
// CHECK-NEXT:    %c31_i64 = arith.constant 31 : i64
// CHECK-NEXT:    %c32_i64 = arith.constant 32 : i64
// CHECK-NEXT:    %0 = arith.shrui %arg0, %c32_i64 : i64
// CHECK-NEXT:    %1 = arith.trunci %0 : i64 to i32
// CHECK-NEXT:    %2 = arith.shrsi %arg0, %c31_i64 : i64
// CHECK-NEXT:    %3 = arith.trunci %2 : i64 to i32
// CHECK-NEXT:    %4 = arith.extsi %arg1 : i8 to i16
// CHECK-NEXT:    %5 = arith.extui %arg1 : i8 to i16
// CHECK-NEXT:    %low, %high = arith.mulsi_extended %arg2, %arg3 : i32
// CHECK-NEXT:    %low_0, %high_1 = arith.mului_extended %arg2, %arg3 : i32
// CHECK-NEXT:    return %1, %3, %4, %5, %high, %high_1 : i32, i32, i16, i16, i32, i32
// CHECK-NEXT:  }
func.func @trunc(%x: i64, %y: i8, %a: i32, %b: i32) -> (i32, i32, i16, i16, i32, i32) {
  %c32 = arith.constant 32 : i64
  %0 = arith.shrsi %x, %c32 : i64
  %1 = arith.trunci %0 : i64 to i32
  %c31 = arith.constant 31 : i64
  %2 = arith.shrsi %x, %c31 : i64
  %3 = arith.trunci %2 : i64 to i32
  %4 = arith.extsi %y : i8 to i64
  %5 = arith.trunci %4 : i64 to i16
  %6 = arith.extui %y : i8 to i64
  %7 = arith.trunci %6 : i64 to i16
  %8 = arith.extsi %a : i32 to i64
  %9 = arith.extsi %b : i32 to i64
  %10 = arith.muli %8, %9 : i64
  %11 = arith.shrui %10, %c32 : i64
  %12 = arith.trunci %11 : i64 to i32
  %13 = arith.extui %a : i32 to i64
  %14 = arith.extui %b : i32 to i64
  %15 = arith.muli %13, %14 : i64
  %16 = arith.shrui %15, %c32 : i64
  %17 = arith.trunci %16 : i64 to i32
  return %1, %3, %5, %7, %12, %17 : i32, i32, i16, i16, i32, i32
}

// -----

// CHECK-LABEL: func.func @fl
// CHECK-SAME:  (%arg0: f32, %arg1: f32, %arg2: i32) -> (f32, f32, f32, f32, i1, i1) {
// CHECK-NEXT:    %true = arith.constant true
// CHECK-NEXT:    %c3_i32 = arith.constant 3 : i32
// CHECK-NEXT:    %0 = arith.negf %arg1 : f32
// CHECK-NEXT:    %1 = arith.mulf %arg0, %arg1 : f32
// CHECK-NEXT:    %2 = arith.divf %arg0, %arg1 : f32
// CHECK-NEXT:    %3 = arith.addf %arg0, %0 : f32
// CHECK-NEXT:    %4 = arith.subf %arg0, %0 : f32
// CHECK-NEXT:    %5 = arith.cmpi sle, %arg2, %c3_i32 : i32
// CHECK-NEXT:    return %1, %2, %3, %4, %5, %true : f32, f32, f32, f32, i1, i1
// CHECK-NEXT:  }
func.func @fl(%x: f32, %y: f32, %i: i32) -> (f32, f32, f32, f32, i1, i1) {
  %0 = arith.negf %x : f32
  %1 = arith.negf %y : f32
  %2 = arith.mulf %0, %1 : f32
  %3 = arith.divf %0, %1 : f32
  %4 = arith.addf %x, %1 : f32
  %5 = arith.subf %x, %1 : f32
  %6 = arith.sitofp %i : i32 to f32
  %c = arith.constant 3.5 : f32
  %7 = arith.cmpf olt, %6, %c : f32
  %8 = arith.uitofp %i : i32 to f32
  %d = arith.constant -3.0 : f32
  %9 = arith.cmpf ogt, %8, %d : f32
  return %2, %3, %4, %5, %7, %9 : f32, f32, f32, f32, i1, i1
}

// -----

// CHECK-LABEL: func.func @cmpi
// CHECK-SAME:  (%arg0: i8, %arg1: i8, %arg2: i1, %arg3: i16) -> (i1, i1, i1, i1, i1) {
// CHECK-NEXT:    %c1_i32 = arith.constant 1 : i32
// CHECK-NEXT:    %0 = arith.extsi %arg0 : i8 to i32
// CHECK-NEXT:    %1 = arith.extui %arg1 : i8 to i32
// CHECK-NEXT:    %2 = arith.extui %arg0 : i8 to i32
// CHECK-NEXT:    %3 = arith.extui %arg3 : i16 to i32
// CHECK-NEXT:    %4 = arith.cmpi slt, %2, %1 : i32
// CHECK-NEXT:    %5 = arith.cmpi ne, %arg0, %arg1 : i8
// CHECK-NEXT:    %6 = arith.cmpi ne, %0, %1 : i32
// CHECK-NEXT:    %7 = arith.cmpi ne, %3, %1 : i32
// CHECK-NEXT:    %8 = arith.extui %arg2 : i1 to i32
// CHECK-NEXT:    %9 = arith.cmpi eq, %8, %c1_i32 : i32
// CHECK-NEXT:    return %4, %5, %6, %7, %9 : i1, i1, i1, i1, i1
// CHECK-NEXT:  }
func.func @cmpi(%x: i8, %y: i8, %p: i1, %z: i16) -> (i1, i1, i1, i1, i1) {
  %xs = arith.extsi %x : i8 to i32
  %yu = arith.extui %y : i8 to i32
  %xu = arith.extui %x : i8 to i32
  %zu = arith.extui %z : i16 to i32
  %0 = arith.cmpi slt, %xu, %yu : i32
  %1 = arith.cmpi ne, %xu, %yu : i32
  %2 = arith.cmpi ne, %xs, %yu : i32
  %3 = arith.cmpi ne, %zu, %yu : i32
  %pe = arith.extui %p : i1 to i32
  %c1 = arith.constant 1 : i32
  %4 = arith.cmpi eq, %pe, %c1 : i32
  return %0, %1, %2, %3, %4 : i1, i1, i1, i1, i1
}
