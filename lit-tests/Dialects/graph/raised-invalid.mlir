// RUN: nest-opt %s --split-input-file --verify-diagnostics

func.func @approximate(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'graph.gelu' op approximate is 'none' or 'tanh', not 'sigmoid' [C1]}}
  %0 = graph.gelu %x {approximate = "sigmoid"} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @constant() -> tensor<4xf32> {
  // expected-error @+1 {{the value is not of the type 'tensor<4xf32>' [C1]}}
  %0 = "graph.constant"() <{value = dense<1.0> : tensor<2xf32>}> : () -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
