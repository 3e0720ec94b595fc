// (x + y) * (y + x) - 0, chosen between two equal branches.
func.func @first(%x: i32, %y: i32, %c: i1) -> i32 {
  %zero = arith.constant 0 : i32
  %a = arith.addi %x, %y : i32
  %b = arith.addi %y, %x : i32
  %m = arith.muli %a, %b : i32
  %r = arith.subi %m, %zero : i32
  cf.cond_br %c, ^bb1(%r : i32), ^bb1(%m : i32)
^bb1(%result: i32):
  return %result : i32
}
