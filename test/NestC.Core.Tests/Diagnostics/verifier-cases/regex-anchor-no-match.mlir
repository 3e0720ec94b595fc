// expected-error-re @+1 {{{{^of}} undeclared}}
"a"(%x) : (i32) -> ()
