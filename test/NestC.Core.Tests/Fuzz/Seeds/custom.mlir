module @m attributes {t.x = 1 : i8} {
  func.func private @ext(i32, tensor<?xf32> {t.arg}) -> (i1 {t.res = "r"}) attributes {t.f}
  func.func @f(%a: i32, %b: i32) -> i32 {
    %c0 = arith.constant 0 : i32
    %cst = arith.constant dense<1.0> : tensor<4xf32>
    %0 = arith.addi %a, %b overflow<nsw, nuw> : i32
    %1 = arith.cmpi slt, %0, %c0 : i32
    cf.cond_br %1, ^bb1(%0 : i32), ^bb2
  ^bb1(%x: i32):
    cf.switch %x : i32, [
      default: ^bb2,
      42: ^bb1(%b : i32)
    ]
  ^bb2:
    %2 = arith.select %1, %a, %b : i32
    %3 = arith.extsi %2 : i32 to i64
    %4 = arith.addf %cst, %cst fastmath<fast> : tensor<4xf32>
    %5 = func.call @f(%2, %a) : (i32, i32) -> i32
    %6 = func.constant @f : (i32, i32) -> i32
    %7 = builtin.unrealized_conversion_cast %3 : i64 to index
    cf.assert %1, "never"
    return %5 : i32
  }
}
