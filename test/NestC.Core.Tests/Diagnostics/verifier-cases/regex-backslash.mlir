// expected-error-re @+1 {{use {{\o\f}} undeclared}}
"a"(%x) : (i32) -> ()
