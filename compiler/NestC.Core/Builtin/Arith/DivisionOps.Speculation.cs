using NestC.IR;

namespace NestC.Builtin.Arith;

// A division whose divisor may be zero must not be executed where the program would not: it is not moved out of loops.

public sealed partial class DivUIOp : IConditionallySpeculatable
{
    public bool IsSpeculatable => Divisors.AreSafe(Rhs, isSigned: false);
}

public sealed partial class DivSIOp : IConditionallySpeculatable
{
    public bool IsSpeculatable => Divisors.AreSafe(Rhs, isSigned: true);
}

public sealed partial class CeilDivUIOp : IConditionallySpeculatable
{
    public bool IsSpeculatable => Divisors.AreSafe(Rhs, isSigned: false);
}

public sealed partial class CeilDivSIOp : IConditionallySpeculatable
{
    public bool IsSpeculatable => Divisors.AreSafe(Rhs, isSigned: true);
}

/// <summary>What is known of divisors.</summary>
internal static class Divisors
{
    /// <summary>Whether a divisor is a constant without zeros, and where it is signed without -1, whose quotients may overflow.</summary>
    public static bool AreSafe(Value divisor, bool isSigned)
    {
        switch ((divisor.DefiningOp as IConstantLike)?.ConstantValue)
        {
            case IntegerAttr scalar: return IsSafe(scalar, isSigned);
            case DenseElementsAttr dense:
                for (long i = 0; i < (dense.IsSplat ? 1 : dense.NumElements); i++)
                    if (dense.GetElement(i) is not IntegerAttr element || !IsSafe(element, isSigned)) return false;
                return true;
            default: return false;
        }
    }

    private static bool IsSafe(IntegerAttr divisor, bool isSigned) => !divisor.BigValue.IsZero && !(isSigned && divisor.BigValue == -1);
}
