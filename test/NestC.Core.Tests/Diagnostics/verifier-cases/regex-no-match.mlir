// expected-error-re @+1 {{use {{[0-9]+}} undeclared}}
"a"(%x) : (i32) -> ()
