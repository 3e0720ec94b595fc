// RUN: nest-run --profile %t.prof.json %s --inputs random:8 --bins 300 | FileCheck %s --check-prefix=PROFILED
// RUN: nest-run --quantization-report %t.report %s --profile-data %t.prof.json --inputs random:4:100 --quantize schema=symmetric,calibration=kl | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON < %t.report.json
// RUN: FileCheck %s --check-prefix=HTML < %t.report.html
// RUN: not nest-run --quantization-report %t.report %s --profile-data %t.prof.json --inputs random:4 --preprocess scale=2 2>&1 | FileCheck %s --check-prefix=PREPARED
// RUN: not nest-run --quantization-report %t.report %s --inputs random:4 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: nest-run --profile %t.all.json --merge %t.prof.json --merge %t.prof.json | FileCheck %s --check-prefix=MERGED
// RUN: nest-run --profile %t.two.json %s --inputs random:1 --preprocess scale=2 | FileCheck %s --check-prefix=ONE
// RUN: not nest-run --profile %t.all.json --merge %t.prof.json --merge %t.two.json 2>&1 | FileCheck %s --check-prefix=DIFFERENT

// PROFILED: 3 values, 8 inputs
// ONE: 3 values, 1 inputs
// CHECK: configuration  schema=symmetric,calibration=kl
// CHECK: outputs        SQNR {{[0-9.]+}} dB, cosine 0.99{{[0-9]+}}
// CHECK: agreement      {{[0-9]}} of 4 inputs
// CHECK: graph.quantized_gemm
// CHECK: sensitivity
// JSON: "sqnr_db": {{[0-9.]+}}
// JSON: "operation": "graph.quantized_gemm"
// JSON: "sensitivity": [
// HTML: <!doctype html>
// HTML: <svg
// PREPARED: error[NEST4251]: the profile's inputs were prepared as '', those of the quantized model are prepared as 'scale=2'
// NONE: error[NEST4250]
// MERGED: 3 values, 16 inputs
// DIFFERENT: prepared differently: '' and 'scale=2'
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x3xf32> {
  %w = graph.constant dense<[[0.5, -0.25, 1.0], [0.75, 0.1, -0.3], [0.2, 0.4, -0.6], [0.9, -0.8, 0.05]]> : tensor<4x3xf32>
  %0 = graph.gemm %x, %w : (tensor<1x4xf32>, tensor<4x3xf32>) -> tensor<1x3xf32>
  %1 = graph.sigmoid %0 : (tensor<1x3xf32>) -> tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}
