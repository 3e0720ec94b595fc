// RUN: nest-opt %s --tensor-bufferize --allow-unregistered-dialect --split-input-file --verify-diagnostics

// expected-error @below {{'func.func' op type 'tensor<*xf32>' cannot be bufferized}}
func.func private @unranked(%x: tensor<*xf32>)

// -----

func.func @unknown(%x: tensor<4xf32>) {
  // expected-error @below {{'test.use' op the operation cannot be bufferized}}
  "test.use"(%x) : (tensor<4xf32>) -> ()
  return
}

// -----

func.func @sizes(%c: i1, %x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @below {{'loop.if' op a result of unknown size cannot be bufferized}}
  %r = loop.if %c -> (tensor<?xf32>) {
    loop.yield %x : tensor<?xf32>
  } else {
    %n = arith.negf %x : tensor<?xf32>
    loop.yield %n : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
