// RUN: nest-opt %s --graph-quantize | FileCheck %s
// RUN: nest-opt %s --quantize-for-npu | FileCheck %s --check-prefix=NPU
// RUN: nest-opt %s --quantize-for-npu=keep-scales | FileCheck %s

// A relu that is only a zero point, and a clip: both become limits of the integer operations. Pads are filled with the zero point.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<1x1x4x4x!quant.uniform<i8:f32, 5.000000e-01:3>>)
// CHECK: %[[W:.*]] = graph.constant dense<{{.*}}> : tensor<2x1x1x1xi8> as tensor<2x1x1x1x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK: %[[B:.*]] = graph.constant dense<[8, -16]> : tensor<2xi32>
// CHECK: %[[C:.*]] = graph.quantized_conv %[[X]], %[[W]] bias %[[B]] {clip_max = -120 : i64,{{.*}} shift = array<i64: 2, 3>} {{.*}} -> tensor<1x2x4x4x!quant.uniform<i8:f32, 1.000000e+00:-128>>
// CHECK: %[[Z:.*]] = graph.constant dense<-128> : tensor<i8> as tensor<!quant.uniform<i8:f32, 1.000000e+00:-128>>
// CHECK: %[[P:.*]] = graph.pad %[[C]], %{{.*}}, %[[Z]]
// CHECK: %[[D:.*]] = graph.dequantize %[[P]]
// CHECK: return %[[D]] : tensor<1x2x6x6xf32>

// NPU: graph.requantize %arg0 {shift = array<i64: 1>}
// NPU: graph.quantized_conv {{.*}}clip_max = 64 : i64, clip_min = 0 : i64, shift = array<i64: 2>}
// NPU-SAME: -> tensor<1x2x4x4x!quant.uniform<i8:f32, 1.250000e-01>>
func.func @main(%x: tensor<1x1x4x4xi8>) -> tensor<1x2x6x6xf32> {
  %sx = graph.constant dense<0.5> : tensor<f32>
  %zx = graph.constant dense<3> : tensor<i8>
  %w = graph.constant dense<[[[[4]]], [[[-7]]]]> : tensor<2x1x1x1xi8>
  %sw = graph.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %zw = graph.constant dense<0> : tensor<2xi8>
  %b = graph.constant dense<[8, -16]> : tensor<2xi32>
  %sb = graph.constant dense<[0.25, 0.125]> : tensor<2xf32>
  %zb = graph.constant dense<0> : tensor<2xi32>
  %sy = graph.constant dense<1.0> : tensor<f32>
  %zy = graph.constant dense<-128> : tensor<i8>
  %low = graph.constant dense<-1.0> : tensor<f32>
  %high = graph.constant dense<8.0> : tensor<f32>
  %pads = graph.constant dense<[0, 0, 1, 1, 0, 0, 1, 1]> : tensor<8xi64>
  %0 = graph.dequantize_linear %x, %sx, %zx : (tensor<1x1x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x1x4x4xf32>
  %1 = graph.dequantize_linear %w, %sw, %zw {axis = 0} : (tensor<2x1x1x1xi8>, tensor<2xf32>, tensor<2xi8>) -> tensor<2x1x1x1xf32>
  %2 = graph.dequantize_linear %b, %sb, %zb {axis = 0} : (tensor<2xi32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  %3 = graph.conv %0, %1, %2 : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x2x4x4xf32>
  %4 = graph.clip %3, %low, %high : (tensor<1x2x4x4xf32>, tensor<f32>, tensor<f32>) -> tensor<1x2x4x4xf32>
  %5 = graph.quantize_linear %4, %sy, %zy : (tensor<1x2x4x4xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xi8>
  %6 = graph.dequantize_linear %5, %sy, %zy : (tensor<1x2x4x4xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x4x4xf32>
  %7 = graph.pad %6, %pads : (tensor<1x2x4x4xf32>, tensor<8xi64>) -> tensor<1x2x6x6xf32>
  %8 = graph.quantize_linear %7, %sy, %zy : (tensor<1x2x6x6xf32>, tensor<f32>, tensor<i8>) -> tensor<1x2x6x6xi8>
  %9 = graph.dequantize_linear %8, %sy, %zy : (tensor<1x2x6x6xi8>, tensor<f32>, tensor<i8>) -> tensor<1x2x6x6xf32>
  return %9 : tensor<1x2x6x6xf32>
}
