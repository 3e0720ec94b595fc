// RUN: nest-run --profile %t.json %s --inputs random:8 | FileCheck %s --check-prefix=PROFILE
// RUN: nest-opt --cse --graph-quantize="profile=%t.json schema=symmetric" %s | FileCheck %s
// RUN: nest-opt --quantize-for-npu=profile=%t.json %s | FileCheck %s --check-prefix=NPU
// RUN: not nest-opt --graph-quantize %s 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not nest-opt --graph-quantize="profile=%t.json keep-float=nothing" %s 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not nest-opt --graph-quantize="profile=%t.json preprocessing=scale=2" %s 2>&1 | FileCheck %s --check-prefix=PREPARED
// RUN: not nest-opt --graph-quantize=profile=%t.none.json %s 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not nest-opt --graph-quantize="profile=%t.json activation-bits=12" %s 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: nest-opt --graph-quantize="profile=%t.json configuration=int8,head-bits=8" %s | FileCheck %s --check-prefix=NAMED
// RUN: not nest-opt --graph-quantize="profile=%t.json configuration=int8 granularity=tensor activation-bits=16" %s 2>&1 | FileCheck %s --check-prefix=BOTH

// PROFILE: 4 values, 8 inputs, model {{[0-9a-f]+}}

// CHECK-LABEL: func.func @main
// CHECK: graph.quantize %arg0
// CHECK: graph.quantized_conv {{.*}}clip_min = 0 : i64, {{.*}}multiplier
// CHECK: graph.max_pool {{.*}} -> tensor<1x2x2x2x!quant.uniform<i8:f32
// CHECK: graph.dequantize
// NPU: graph.quantized_conv
// NPU-NOT: multiplier
// NONE: error: {{.*}}no profile is given
// NAME: error: {{.*}}'nothing', which is to stay in floats, is the name of no layer
// PREPARED: error: {{.*}}the profile's inputs were prepared as '', those of the quantized model are prepared as 'scale=2'
// FILE: error: {{.*}}cannot be read
// BITS: error: {{.*}}activation-bits 12 is neither 8 nor 16
// NAMED: tensor<2x2x1x1x!quant.uniform<i8:f32:0, {
// BOTH: error: {{.*}}'configuration' takes the place of the options for each choice
func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32> {
  %w = graph.constant dense<[[[[0.5]], [[-0.25]]], [[[1.0]], [[0.75]]]]> : tensor<2x2x1x1xf32>
  %0 = graph.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = graph.relu %0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %2 = graph.max_pool %1 {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>
  return %2 : tensor<1x2x2x2xf32>
}
