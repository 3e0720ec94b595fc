using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    // The names of the map or set that is being read; in maps of SSA values, the values are added as they are met.
    private sealed class AffineScope
    {
        public Vec<AffineName> Names;
        public int Dims, Symbols;
        public IAffineOperands? Operands;
    }

    private readonly struct AffineName(int offset, int length, int number, AffineExpr value)
    {
        public readonly int Offset = offset, Length = length, Number = number;
        public readonly AffineExpr Value = value;
    }

    /// <summary>Takes the SSA values of an affine expression over values (`%i + 4`).</summary>
    public interface IAffineOperands
    {
        /// <summary>Parses one value use, at `%`; gives its index among the dimensions (or symbols) that were met so far.</summary>
        bool ParseOperand(AsmParser parser, bool isSymbol, out int position);
    }

    private AffineScope? freeScope;

    private Attr? ParseAffineMapAttr()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in affine map") || ParseAffineMap() is not { } map
            || !Parse(TokenKind.Greater, "expected '>' in affine map"))
            return null;
        return AffineMapAttr.Get(map);
    }

    private Attr? ParseIntegerSetAttr()
    {
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' in integer set") || ParseIntegerSet() is not { } set
            || !Parse(TokenKind.Greater, "expected '>' in integer set"))
            return null;
        return IntegerSetAttr.Get(set);
    }

    /// <summary>Parses `(d0)[s0] -> (d0 + s0)`; null after an error was reported.</summary>
    public AffineMap? ParseAffineMap()
    {
        ParseAffineMapOrSet(wantsMap: true, out AffineMap? map, out _);
        return map;
    }

    /// <summary>Parses `(d0)[s0] : (d0 - s0 >= 0)`; null after an error was reported.</summary>
    public IntegerSet? ParseIntegerSet()
    {
        ParseAffineMapOrSet(wantsMap: false, out _, out IntegerSet? set);
        return set;
    }

    private void ParseAffineMapOrSet(bool wantsMap, out AffineMap? map, out IntegerSet? set)
    {
        int at = Position;
        map = null;
        set = null;
        AffineScope scope = freeScope ?? new AffineScope();
        freeScope = null;
        scope.Names.Clear();
        scope.Dims = scope.Symbols = 0;
        bool parsed = ParseAffineNames(scope, isSymbol: false);
        if (parsed && kind == TokenKind.LSquare) parsed = ParseAffineNames(scope, isSymbol: true);
        if (parsed)
        {
            if (kind == (wantsMap ? TokenKind.Colon : TokenKind.Arrow))
                MeaningError(at, "NEST1040", wantsMap ? "expected AffineMap, but got IntegerSet" : "expected IntegerSet, but got AffineMap");
            else if (TryParse(TokenKind.Arrow)) ParseAffineRange(scope, out map);
            else if (Parse(TokenKind.Colon, "expected '->' or ':'")) ParseConstraints(scope, out set);
        }
        freeScope = scope;
    }

    private bool ParseAffineNames(AffineScope scope, bool isSymbol)
    {
        bool opened = isSymbol
            ? Parse(TokenKind.LSquare, "expected '[' in symbol list")
            : Parse(TokenKind.LParen, "expected '(' in dimensional identifier list");
        if (!opened) return false;
        TokenKind close = isSymbol ? TokenKind.RSquare : TokenKind.RParen;
        if (TryParse(close)) return true;
        do
        {
            if (!AtWord) return ExpectedError("NEST1041", "expected bare identifier");
            if (FindAffineName(scope, TokenText) is not null)
                return MeaningError("NEST1042", $"redefinition of identifier '{System.Text.Encoding.UTF8.GetString(TokenText)}'");
            AffineExpr value = isSymbol ? AffineExpr.Symbol(Context, scope.Symbols++) : AffineExpr.Dim(Context, scope.Dims++);
            scope.Names.Add(new AffineName(Position, TokenText.Length, 0, value));
            Advance();
        }
        while (TryParse(TokenKind.Comma));
        return isSymbol
            ? Parse(TokenKind.RSquare, "expected ']' in symbol list")
            : Parse(TokenKind.RParen, "expected ')' in dimensional identifier list");
    }

    private bool AtWord => kind is TokenKind.Bare or TokenKind.IntType;

    private AffineExpr? FindAffineName(AffineScope scope, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly AffineName known in scope.Names.Span)
            if (known.Length == name.Length && new ReadOnlySpan<byte>(begin + known.Offset, known.Length).SequenceEqual(name)) return known.Value;
        return null;
    }

    private bool ParseAffineRange(AffineScope scope, out AffineMap? map)
    {
        map = null;
        Vec<AffineExpr> results = default;
        if (!Parse(TokenKind.LParen, "expected '(' in affine map range")) return false;
        if (!TryParse(TokenKind.RParen))
        {
            do
            {
                if (ParseAffineExpr(scope) is not { } e) return false;
                results.Add(e);
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(TokenKind.RParen, "expected ')' in affine map range")) return false;
        }
        map = AffineMap.Get(Context, scope.Dims, scope.Symbols, results.Span);
        return true;
    }

    private bool ParseConstraints(AffineScope scope, out IntegerSet? set)
    {
        set = null;
        Vec<AffineExpr> constraints = default;
        Vec<bool> equalities = default;
        if (!Parse(TokenKind.LParen, "expected '(' in integer set constraint list")) return false;
        if (!TryParse(TokenKind.RParen))
        {
            do
            {
                if (ParseConstraint(scope, out bool equality) is not { } e) return false;
                constraints.Add(e);
                equalities.Add(equality);
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(TokenKind.RParen, "expected ')' in integer set constraint list")) return false;
        }
        if (constraints.IsEmpty)
        {
            // The set of everything: 0 == 0.
            constraints.Add(AffineExpr.Constant(Context, 0));
            equalities.Add(true);
        }
        set = IntegerSet.Get(Context, scope.Dims, scope.Symbols, constraints.Span, equalities.Span);
        return true;
    }

    private AffineExpr? ParseConstraint(AffineScope scope, out bool equality)
    {
        equality = false;
        if (ParseAffineExpr(scope) is not { } left) return null;
        bool greater = kind == TokenKind.Greater, less = kind == TokenKind.Less;
        equality = kind == TokenKind.Equal;
        if (greater || less || equality)
        {
            Advance();
            if (TryParse(TokenKind.Equal))
            {
                if (ParseAffineExpr(scope) is not { } right) return null;
                return less ? right - left : left - right;
            }
        }
        Error("NEST1043", "expected '== affine-expr' or '>= affine-expr' at end of affine constraint");
        return null;
    }

    /// <summary>Parses affine expressions over SSA values between parentheses or brackets, as a map of them; null after an error was reported.</summary>
    public AffineMap? ParseAffineMapOfValues(IAffineOperands operands, TokenKind open = TokenKind.LSquare)
    {
        TokenKind close = open == TokenKind.LSquare ? TokenKind.RSquare : TokenKind.RParen;
        if (!Parse(open, $"expected '{Spelling(open)}' in affine map")) return null;
        AffineScope scope = new() { Operands = operands };
        Vec<AffineExpr> results = default;
        if (!TryParse(close))
        {
            do
            {
                if (ParseAffineExpr(scope) is not { } e) return null;
                results.Add(e);
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(close, $"expected '{Spelling(close)}' in affine map")) return null;
        }
        return AffineMap.Get(Context, scope.Dims, scope.Symbols, results.Span);
    }

    // Sums of terms, from left to right.
    private AffineExpr? ParseAffineExpr(AffineScope scope)
    {
        AffineExpr? sum = ParseAffineTerm(scope, hasLeft: false);
        while (sum is not null && kind is TokenKind.Plus or TokenKind.Minus)
        {
            bool plus = kind == TokenKind.Plus;
            Advance();
            if (ParseAffineTerm(scope, hasLeft: true) is not { } term) return null;
            sum = plus ? sum + term : sum - term;
        }
        return sum;
    }

    // Products, quotients and remainders, from left to right.
    private AffineExpr? ParseAffineTerm(AffineScope scope, bool hasLeft)
    {
        AffineExpr? left = ParseAffineOperand(scope, hasLeft);
        if (left is null) return null;
        int at = Position;
        if (!TryAffineOperator(out AffineExprKind op)) return left;
        while (true)
        {
            if (ParseAffineOperand(scope, hasLeft: true) is not { } right) return null;
            // An operator is checked when the next one was read, and errors are placed there.
            int nextAt = Position;
            bool more = TryAffineOperator(out AffineExprKind nextOp);
            if (CheckAffine(op, left, right, more ? nextAt : at) is not { } result) return null;
            if (!more) return result;
            (left, op, at) = (result, nextOp, nextAt);
        }
    }

    private bool TryAffineOperator(out AffineExprKind op)
    {
        op = AffineExprKind.Mul;
        if (TryParse(TokenKind.Star)) return true;
        if (kind != TokenKind.Bare) return false;
        ReadOnlySpan<byte> word = TokenText;
        if (word.SequenceEqual("floordiv"u8)) op = AffineExprKind.FloorDiv;
        else if (word.SequenceEqual("ceildiv"u8)) op = AffineExprKind.CeilDiv;
        else if (word.SequenceEqual("mod"u8)) op = AffineExprKind.Mod;
        else return false;
        Advance();
        return true;
    }

    private AffineExpr? CheckAffine(AffineExprKind op, AffineExpr left, AffineExpr right, int at)
    {
        if (right.IsSymbolicOrConstant || (op == AffineExprKind.Mul && left.IsSymbolicOrConstant)) return AffineExpr.Binary(op, left, right);
        string message = op switch
        {
            AffineExprKind.Mul => "at least one of the multiply operands has to be either a constant or symbolic",
            AffineExprKind.FloorDiv => "right operand of floordiv has to be either a constant or symbolic",
            AffineExprKind.CeilDiv => "right operand of ceildiv has to be either a constant or symbolic",
            _ => "right operand of mod has to be either a constant or symbolic",
        };
        MeaningError(at, "NEST1044", "non-affine expression: " + message);
        return null;
    }

    private AffineExpr? ParseAffineOperand(AffineScope scope, bool hasLeft)
    {
        switch (kind)
        {
            case TokenKind.Integer:
                if (!TryReadUInt64(TokenText, out ulong value) || value > long.MaxValue)
                {
                    MeaningError("NEST1031", "constant too large for index");
                    return null;
                }
                Advance();
                return AffineExpr.Constant(Context, (long)value);
            case TokenKind.LParen or TokenKind.Minus:
                AffineExpr? nested = null;
                if (Enter())
                    nested = StackIsShort
                        ? Fresh((scope, hasLeft), static (p, a) => p.ParseNestedAffine(a.scope, a.hasLeft))
                        : ParseNestedAffine(scope, hasLeft);
                Leave();
                return nested;
            case TokenKind.PercentIdentifier:
                return ParseAffineValue(scope, isSymbol: false);
            case TokenKind.Bare when AtKeyword("symbol"u8):
                Advance();
                if (!Parse(TokenKind.LParen, "expected '(' at start of SSA symbol") || ParseAffineValue(scope, isSymbol: true) is not { } symbol
                    || !Parse(TokenKind.RParen, "expected ')' at end of SSA symbol"))
                    return null;
                return symbol;
            case TokenKind.Bare or TokenKind.IntType:
                AffineExpr? known = FindAffineName(scope, TokenText);
                if (known is null) MeaningError(WrongTokenPosition(), "NEST1042", "use of undeclared identifier");
                else Advance();
                return known;
            case TokenKind.Plus or TokenKind.Star:
                Error("NEST1045", hasLeft ? "missing right operand of binary operator" : "missing left operand of binary operator");
                return null;
            default:
                Error("NEST1045", hasLeft ? "missing right operand of binary operator" : "expected affine expression");
                return null;
        }
    }

    private AffineExpr? ParseNestedAffine(AffineScope scope, bool hasLeft)
    {
        if (TryParse(TokenKind.Minus))
        {
            if (ParseAffineOperand(scope, hasLeft) is { } operand) return -operand;
            if (nesting < 100) Error("NEST1045", "missing operand of negation");
            return null;
        }
        Advance();
        if (kind == TokenKind.RParen)
        {
            Error("NEST1045", "no expression inside parentheses");
            return null;
        }
        return ParseAffineExpr(scope) is { } e && Parse(TokenKind.RParen, "expected ')'") ? e : null;
    }

    private AffineExpr? ParseAffineValue(AffineScope scope, bool isSymbol)
    {
        if (scope.Operands is null || kind != TokenKind.PercentIdentifier)
        {
            ExpectedError("NEST1046", scope.Operands is null ? "unexpected ssa identifier" : "expected ssa identifier");
            return null;
        }
        if (!scope.Operands.ParseOperand(this, isSymbol, out int position)) return null;
        if (isSymbol)
        {
            scope.Symbols = Math.Max(scope.Symbols, position + 1);
            return AffineExpr.Symbol(Context, position);
        }
        scope.Dims = Math.Max(scope.Dims, position + 1);
        return AffineExpr.Dim(Context, position);
    }
}
