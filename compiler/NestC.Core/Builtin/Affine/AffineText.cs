using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Writes affine expressions: parentheses only where they are needed, and additions of negative terms as subtractions.</summary>
internal static class AffineText
{
    public static void Print(Utf8Writer output, AffineExpr e) => Print(output, e, tight: false);

    private static void Print(Utf8Writer output, AffineExpr e, bool tight)
    {
        if (AsmParser.StackIsShort) PrintOnFreshStack(output, e, tight);
        else PrintHere(output, e, tight);
    }

    // Apart from its caller, because captured parameters are allocated wherever their method is entered.
    private static void PrintOnFreshStack(Utf8Writer output, AffineExpr e, bool tight) => AsmParser.OnFreshStack(() =>
    {
        PrintHere(output, e, tight);
        return true;
    });

    private static void PrintHere(Utf8Writer output, AffineExpr e, bool tight)
    {
        switch (e.Kind)
        {
            case AffineExprKind.Dim:
            case AffineExprKind.Symbol:
                output.Write(e.Kind == AffineExprKind.Dim ? 'd' : 's');
                output.Write((long)e.Position);
                return;
            case AffineExprKind.Constant:
                output.Write(e.Value);
                return;
        }
        if (tight) output.Write('(');
        AffineExpr left = e.Lhs!, right = e.Rhs!;
        if (e.Kind == AffineExprKind.Add) PrintSum(output, left, right);
        else if (e.Kind == AffineExprKind.Mul && right.IsConstantOf(-1))
        {
            output.Write('-');
            Print(output, left, tight: true);
        }
        else
        {
            Print(output, left, tight: true);
            output.Write(e.Kind switch
            {
                AffineExprKind.Mul => " * "u8,
                AffineExprKind.Mod => " mod "u8,
                AffineExprKind.FloorDiv => " floordiv "u8,
                _ => " ceildiv "u8,
            });
            Print(output, right, tight: true);
        }
        if (tight) output.Write(')');
    }

    private static void PrintSum(Utf8Writer output, AffineExpr left, AffineExpr right)
    {
        Print(output, left, tight: false);
        if (right.Kind == AffineExprKind.Mul && right.Rhs!.IsConstant && right.Rhs.Value < 0)
        {
            output.Write(" - "u8);
            if (right.Rhs.Value == -1)
            {
                Print(output, right.Lhs!, tight: right.Lhs!.Kind == AffineExprKind.Add);
                return;
            }
            Print(output, right.Lhs!, tight: true);
            output.Write(" * "u8);
            output.Write(unchecked(-right.Rhs.Value));
            return;
        }
        if (right.IsConstant && right.Value < 0)
        {
            output.Write(" - "u8);
            output.Write(unchecked(-right.Value));
            return;
        }
        output.Write(" + "u8);
        Print(output, right, tight: false);
    }

    /// <summary>`(d0, d1)[s0]`.</summary>
    public static void PrintSpace(Utf8Writer output, int dims, int symbols)
    {
        output.Write('(');
        PrintNames(output, 'd', dims);
        output.Write(')');
        if (symbols == 0) return;
        output.Write('[');
        PrintNames(output, 's', symbols);
        output.Write(']');
    }

    private static void PrintNames(Utf8Writer output, char letter, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (i > 0) output.Write(", "u8);
            output.Write(letter);
            output.Write((long)i);
        }
    }
}
