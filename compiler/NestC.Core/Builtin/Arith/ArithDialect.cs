using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Arithmetic on integers, index and floats, element by element on vectors and tensors.</summary>
[Dialect("arith")]
public sealed partial class ArithDialect(NestContext context) : Dialect(context, "arith");
