// expected-error-re @+1 {{{{^use}} of undeclared SSA value {{name$}}}}
"a"(%x) : (i32) -> ()
