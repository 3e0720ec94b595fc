// RUN: nest-opt %s --tensor-tile=tile-sizes=4,8 --canonicalize --check-semantics=8 | FileCheck %s
// RUN: nest-opt %s --tensor-tile=tile-sizes=3,0 --check-semantics=8 | FileCheck %s --check-prefix=PARTIAL
// RUN: nest-opt %s --tensor-tile=tile-sizes=3,5 --tensor-bufferize --canonicalize --check-semantics=8 | FileCheck %s --check-prefix=BUFFER
// RUN: not nest-opt %s --tensor-tile=tile-sizes=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// NEGATIVE: error: a tile cannot have size -1
// NEGATIVE: NEST6207

// The product is computed where its tiles are used.
// CHECK-LABEL: func.func @chain
// CHECK-NOT: tensor<8x16xf32>{{$}}
// CHECK: %[[E:.*]] = tensor.empty() : tensor<8x16xf32>
// CHECK: %[[R:.*]] = loop.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[A:.*]] = %[[E]]) -> (tensor<8x16xf32>) {
// CHECK: loop.for %[[J:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[B:.*]] = %[[A]]) -> (tensor<8x16xf32>) {
// CHECK-DAG: %[[X:.*]] = tensor.extract_slice %arg0[%[[I]], %[[J]]] [4, 8] [1, 1]
// CHECK-DAG: %[[Y:.*]] = tensor.extract_slice %arg1[%[[I]], %[[J]]] [4, 8] [1, 1]
// CHECK: %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} : tensor<4x8xf32>
// CHECK: %[[S:.*]] = arith.addf %[[P]], %{{.*}} : tensor<4x8xf32>
// CHECK: tensor.insert_slice %[[S]] into %[[B]][%[[I]], %[[J]]] [4, 8] [1, 1]
// CHECK: return %[[R]]
// PARTIAL-LABEL: func.func @chain
// PARTIAL: loop.for
// PARTIAL-NOT: loop.for
// PARTIAL: %[[M:.*]] = arith.minsi
// PARTIAL: tensor.extract_slice %{{.*}}[%{{.*}}, 0] [%[[M]], 16] [1, 1] : tensor<8x16xf32> to tensor<?x16xf32>
// PARTIAL: return
// BUFFER-LABEL: func.func @chain
// BUFFER-SAME: memref<8x16xf32>
// BUFFER: loop.subview
func.func @chain(%x: tensor<8x16xf32>, %y: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %p = arith.mulf %x, %y : tensor<8x16xf32>
  %s = arith.addf %p, %x : tensor<8x16xf32>
  return %s : tensor<8x16xf32>
}

// CHECK-LABEL: func.func @compare
// CHECK: loop.for
// CHECK: %[[C:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<4x8xi32>
// CHECK: arith.select %[[C]], %{{.*}}, %{{.*}} : tensor<4x8xi1>, tensor<4x8xi32>
func.func @compare(%x: tensor<4x16xi32>, %y: tensor<4x16xi32>) -> tensor<4x16xi32> {
  %c = arith.cmpi slt, %x, %y : tensor<4x16xi32>
  %s = arith.select %c, %x, %y : tensor<4x16xi1>, tensor<4x16xi32>
  return %s : tensor<4x16xi32>
}
