// The syntax of the graph dialect: what is printed is what is read, and mlir-opt reads the generic form.
// RUN: nest-opt %s | nest-opt | FileCheck %s
// RUN: nest-opt %s --mlir-print-op-generic | nest-opt | FileCheck %s

// CHECK-LABEL: func.func @control(
// CHECK-SAME: tensor<?x3xf32> {graph.dims = ["N", ""]}
func.func @control(%x: tensor<?x3xf32> {graph.dims = ["N", ""]}, %c: tensor<i1>, %n: tensor<i64>) -> (tensor<?x3xf32>, tensor<?x?x3xf32>, tensor<?x3xf32>) {
  // CHECK: graph.if %{{.*}} : (tensor<i1>) -> tensor<?x3xf32> {
  // CHECK-NEXT: graph.yield %{{.*}} : tensor<?x3xf32>
  // CHECK-NEXT: } else {
  %0 = graph.if %c : (tensor<i1>) -> tensor<?x3xf32> {
    graph.yield %x : tensor<?x3xf32>
  } else {
    %minus = graph.neg %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
    graph.yield %minus : tensor<?x3xf32>
  }
  // CHECK: graph.loop count %{{.*}} while %{{.*}} carry(%{{.*}}) : (tensor<i64>, tensor<i1>, tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x?x3xf32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: tensor<i64>, %{{.*}}: tensor<i1>, %{{.*}}: tensor<?x3xf32>):
  %1:2 = graph.loop count %n while %c carry(%0) : (tensor<i64>, tensor<i1>, tensor<?x3xf32>) -> (tensor<?x3xf32>, tensor<?x?x3xf32>) {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>, %y: tensor<?x3xf32>):
    %next = graph.add %y, %x : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    graph.yield %going, %next, %y : tensor<i1>, tensor<?x3xf32>, tensor<?x3xf32>
  }
  // CHECK: graph.scan over(%{{.*}}) : (tensor<?x3xf32>) -> tensor<?x3xf32> {
  %2 = graph.scan over(%x) : (tensor<?x3xf32>) -> tensor<?x3xf32> {
  ^bb0(%row: tensor<3xf32>):
    %r = graph.relu %row : (tensor<3xf32>) -> tensor<3xf32>
    graph.yield %r : tensor<3xf32>
  }
  return %1#0, %1#1, %2 : tensor<?x3xf32>, tensor<?x?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: func.func @absent(
func.func @absent(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %h: tensor<1x2x4xf32>, %lengths: tensor<2xi32>, %p: tensor<1x12xf32>, %image: tensor<1x1x4x4xf32>, %scales: tensor<4xf32>, %sizes: tensor<4xi64>) {
  // CHECK: graph.lstm %{{.*}}, %{{.*}}, %{{.*}} {hidden_size = 4 : i64} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) ->
  %0:3 = graph.lstm %x, %w, %r {hidden_size = 4 : i64} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<5x1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>)
  // CHECK: graph.lstm %{{.*}}, %{{.*}}, %{{.*}} lengths %{{.*}} hidden %{{.*}} peephole %{{.*}} {hidden_size = 4 : i64}
  %1:3 = graph.lstm %x, %w, %r lengths %lengths hidden %h peephole %p {hidden_size = 4 : i64} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<2xi32>, tensor<1x2x4xf32>, tensor<1x12xf32>) -> (tensor<5x1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>)
  // CHECK: graph.resize %{{.*}} scales %{{.*}} {mode = "linear"} : (tensor<1x1x4x4xf32>, tensor<4xf32>) -> tensor<?x?x?x?xf32>
  %2 = graph.resize %image scales %scales {mode = "linear"} : (tensor<1x1x4x4xf32>, tensor<4xf32>) -> tensor<?x?x?x?xf32>
  // CHECK: graph.resize %{{.*}} sizes %{{.*}} : (tensor<1x1x4x4xf32>, tensor<4xi64>) -> tensor<1x1x8x8xf32>
  %3 = graph.resize %image sizes %sizes : (tensor<1x1x4x4xf32>, tensor<4xi64>) -> tensor<1x1x8x8xf32>
  return
}

// CHECK-LABEL: func.func @values(
// CHECK-SAME: !graph.sequence<tensor<?xf32>>
// CHECK-SAME: !graph.optional<!graph.sequence<tensor<f32>>>
// CHECK-SAME: tensor<2x!graph.string>
func.func @values(%s: !graph.sequence<tensor<?xf32>>, %o: !graph.optional<!graph.sequence<tensor<f32>>>, %t: tensor<2x!graph.string>, %i: tensor<i64>) {
  // CHECK: graph.sequence_at %{{.*}}, %{{.*}} : (!graph.sequence<tensor<?xf32>>, tensor<i64>) -> tensor<?xf32>
  %0 = graph.sequence_at %s, %i : (!graph.sequence<tensor<?xf32>>, tensor<i64>) -> tensor<?xf32>
  // CHECK: graph.sequence_empty : !graph.sequence<tensor<*xf32>>
  %1 = graph.sequence_empty : !graph.sequence<tensor<*xf32>>
  // CHECK: graph.sequence_map over(%{{.*}}) : (!graph.sequence<tensor<?xf32>>) -> !graph.sequence<tensor<?xf32>> {
  %2 = graph.sequence_map over(%s) : (!graph.sequence<tensor<?xf32>>) -> !graph.sequence<tensor<?xf32>> {
  ^bb0(%part: tensor<?xf32>):
    graph.yield %part : tensor<?xf32>
  }
  // CHECK: graph.optional_get_element %{{.*}} : (!graph.optional<!graph.sequence<tensor<f32>>>) -> !graph.sequence<tensor<f32>>
  %3 = graph.optional_get_element %o : (!graph.optional<!graph.sequence<tensor<f32>>>) -> !graph.sequence<tensor<f32>>
  // CHECK: graph.constant dense<["a", "b"]> : tensor<2x!graph.string>
  %4 = graph.constant dense<["a", "b"]> : tensor<2x!graph.string>
  return
}

// CHECK-LABEL: func.func @results(
func.func @results(%x: tensor<1x1x4x4xf32>, %s: tensor<4xf32>) {
  // CHECK: graph.max_pool
  // CHECK-SAME: -> (tensor<1x1x3x3xf32>, tensor<1x1x3x3xi64>)
  %0:2 = graph.max_pool %x {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x4x4xf32>) -> (tensor<1x1x3x3xf32>, tensor<1x1x3x3xi64>)
  // CHECK: graph.layer_normalization
  // CHECK-SAME: -> (tensor<1x1x4x4xf32>, tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>)
  %1:3 = graph.layer_normalization %x, %s : (tensor<1x1x4x4xf32>, tensor<4xf32>) -> (tensor<1x1x4x4xf32>, tensor<1x1x4x1xf32>, tensor<1x1x4x1xf32>)
  // CHECK: graph.random_normal {seed = 1.000000e+00 : f32, shape = array<i64: 2, 3>} : tensor<2x3xf32>
  %2 = graph.random_normal {seed = 1.0 : f32, shape = array<i64: 2, 3>} : tensor<2x3xf32>
  return
}
