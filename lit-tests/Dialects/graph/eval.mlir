// What operations of the graph dialect compute. Each function takes nothing, so that the file is all there is to read.
// RUN: nest-run %s --entry loop | FileCheck %s --check-prefix=LOOP
// RUN: nest-run %s --entry while | FileCheck %s --check-prefix=WHILE
// RUN: nest-run %s --entry if | FileCheck %s --check-prefix=IF
// RUN: nest-run %s --entry scan | FileCheck %s --check-prefix=SCAN
// RUN: nest-run %s --entry sequence | FileCheck %s --check-prefix=SEQUENCE
// RUN: nest-run %s --entry words | FileCheck %s --check-prefix=WORDS
// RUN: nest-run %s --entry resize | FileCheck %s --check-prefix=RESIZE
// RUN: nest-run %s --entry gru | FileCheck %s --check-prefix=GRU
// RUN: nest-run %s --entry conv | FileCheck %s --check-prefix=CONV
// RUN: nest-run %s --entry einsum | FileCheck %s --check-prefix=EINSUM
// RUN: nest-run %s --entry pool | FileCheck %s --check-prefix=POOL

// Three times: 1, 2, 4, and what was there before each.
// LOOP: output 0: scalar f32 [8]
// LOOP-NEXT: output 1: 3 f32 [1, 2, 4]
func.func @loop() -> (tensor<f32>, tensor<?xf32>) {
  %n = graph.constant dense<3> : tensor<i64>
  %one = graph.constant dense<1.0> : tensor<f32>
  %last, %all = graph.loop count %n carry(%one) : (tensor<i64>, tensor<f32>) -> (tensor<f32>, tensor<?xf32>) {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>, %x: tensor<f32>):
    %twice = graph.add %x, %x : (tensor<f32>, tensor<f32>) -> tensor<f32>
    graph.yield %going, %twice, %x : tensor<i1>, tensor<f32>, tensor<f32>
  }
  return %last, %all : tensor<f32>, tensor<?xf32>
}

// Until the value is above 100; the limit is a value of the function around the loop.
// WHILE: output 0: scalar i64 [128]
func.func @while() -> tensor<i64> {
  %true = graph.constant dense<true> : tensor<i1>
  %one = graph.constant dense<1> : tensor<i64>
  %limit = graph.constant dense<100> : tensor<i64>
  %last = graph.loop while %true carry(%one) : (tensor<i1>, tensor<i64>) -> tensor<i64> {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>, %x: tensor<i64>):
    %twice = graph.add %x, %x : (tensor<i64>, tensor<i64>) -> tensor<i64>
    %small = graph.less_or_equal %twice, %limit : (tensor<i64>, tensor<i64>) -> tensor<i1>
    graph.yield %small, %twice : tensor<i1>, tensor<i64>
  }
  return %last : tensor<i64>
}

// IF: output 0: 2 f32 [-1, -2]
func.func @if() -> tensor<2xf32> {
  %no = graph.constant dense<false> : tensor<i1>
  %x = graph.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = graph.if %no : (tensor<i1>) -> tensor<2xf32> {
    graph.yield %x : tensor<2xf32>
  } else {
    %minus = graph.neg %x : (tensor<2xf32>) -> tensor<2xf32>
    graph.yield %minus : tensor<2xf32>
  }
  return %y : tensor<2xf32>
}

// Backwards along the second dimension.
// SCAN: output 0: 2 f32 [6, 15]
// SCAN-NEXT: output 1: 2x3 f32 [6, 3, 1, 15, 9, 4]
func.func @scan() -> (tensor<2xf32>, tensor<2x3xf32>) {
  %zero = graph.constant dense<0.0> : tensor<2xf32>
  %x = graph.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %last, %all = graph.scan carry(%zero) over(%x) {scan_input_axes = array<i64: 1>, scan_output_axes = array<i64: 1>, scan_output_directions = array<i64: 1>} : (tensor<2xf32>, tensor<2x3xf32>) -> (tensor<2xf32>, tensor<2x3xf32>) {
  ^bb0(%sum: tensor<2xf32>, %part: tensor<2xf32>):
    %next = graph.add %sum, %part : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    graph.yield %next, %next : tensor<2xf32>, tensor<2xf32>
  }
  return %last, %all : tensor<2xf32>, tensor<2x3xf32>
}

// SEQUENCE: output 0: 5 i64 [3, 4, 5, 1, 2]
// SEQUENCE-NEXT: output 1: scalar i64 [2]
func.func @sequence() -> (tensor<?xi64>, tensor<i64>) {
  %a = graph.constant dense<[1, 2]> : tensor<2xi64>
  %b = graph.constant dense<[3, 4, 5]> : tensor<3xi64>
  %zero = graph.constant dense<0> : tensor<i64>
  %s = graph.sequence_construct %a : (tensor<2xi64>) -> !graph.sequence<tensor<2xi64>>
  %t = graph.sequence_insert %s, %b, %zero : (!graph.sequence<tensor<2xi64>>, tensor<3xi64>, tensor<i64>) -> !graph.sequence<tensor<?xi64>>
  %joined = graph.concat_from_sequence %t {axis = 0} : (!graph.sequence<tensor<?xi64>>) -> tensor<?xi64>
  %n = graph.sequence_length %t : (!graph.sequence<tensor<?xi64>>) -> tensor<i64>
  return %joined, %n : tensor<?xi64>, tensor<i64>
}

// WORDS: output 0: 2 string ["monday", "tuesday"]
func.func @words() -> tensor<?x!graph.string> {
  %x = graph.constant dense<["Monday", "the", "Tuesday"]> : tensor<3x!graph.string>
  %y = graph.string_normalizer %x {case_change_action = "LOWER", stopwords = ["the"]} : (tensor<3x!graph.string>) -> tensor<?x!graph.string>
  return %y : tensor<?x!graph.string>
}

// RESIZE: output 0: 1x1x2x4 f32 [1, 1, 2, 2, 3, 3, 4, 4]
func.func @resize() -> tensor<1x1x2x4xf32> {
  %x = graph.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %sizes = graph.constant dense<[1, 1, 2, 4]> : tensor<4xi64>
  %y = graph.resize %x sizes %sizes : (tensor<1x1x2x2xf32>, tensor<4xi64>) -> tensor<1x1x2x4xf32>
  return %y : tensor<1x1x2x4xf32>
}

// One unit whose candidate is tanh(1), half of it taken at each step: z = 1/2.
// GRU: output 1: 1x1x1 f32 [0.571195
func.func @gru() -> (tensor<2x1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = graph.constant dense<1.0> : tensor<2x1x1xf32>
  %w = graph.constant dense<[[[0.0], [0.0], [1.0]]]> : tensor<1x3x1xf32>
  %r = graph.constant dense<0.0> : tensor<1x3x1xf32>
  %y, %h = graph.gru %x, %w, %r {hidden_size = 1} : (tensor<2x1x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>) -> (tensor<2x1x1x1xf32>, tensor<1x1x1xf32>)
  return %y, %h : tensor<2x1x1x1xf32>, tensor<1x1x1xf32>
}

// CONV: output 0: 1x1x3x3 f32 [4, 6, 4, 6, 9, 6, 4, 6, 4]
func.func @conv() -> tensor<1x1x3x3xf32> {
  %x = graph.constant dense<1.0> : tensor<1x1x3x3xf32>
  %w = graph.constant dense<1.0> : tensor<1x1x3x3xf32>
  %y = graph.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x1x3x3xf32>, tensor<1x1x3x3xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}

// EINSUM: output 0: 2 f32 [5, 25]
func.func @einsum() -> tensor<2xf32> {
  %x = graph.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %y = graph.einsum %x, %x {equation = "ij,ij->i"} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// POOL: output 0: 1x1x1x2 f32 [5, 6]
// POOL-NEXT: output 1: 1x1x1x2 i64 [4, 5]
func.func @pool() -> (tensor<1x1x1x2xf32>, tensor<1x1x1x2xi64>) {
  %x = graph.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]> : tensor<1x1x2x3xf32>
  %y, %i = graph.max_pool %x {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x2x3xf32>) -> (tensor<1x1x1x2xf32>, tensor<1x1x1x2xi64>)
  return %y, %i : tensor<1x1x1x2xf32>, tensor<1x1x1x2xi64>
}
