using System.Runtime.CompilerServices;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    // A type that was read, and the text that it was read from.
    private struct KnownType
    {
        public byte* Text;
        public int Length;
        public IrType? Type;
    }

    private const int LongestKnownType = 160;
    private readonly KnownType[] knownTypes = new KnownType[256];

    // Where the type of the operation that was read last starts.
    private int signatureAt;

    /// <summary>
    /// `: (operand types) -> result types` of types that were read before, as they are printed: they are added to the stack of types,
    /// and nothing else is looked up or made. False, and nothing read, where anything is otherwise.
    /// </summary>
    private bool TryKnownTypes(int operands)
    {
        if (kind != TokenKind.Colon) return false;
        byte* p = next;
        if (p[0] != ' ' || p[1] != '(') return false;
        p += 2;
        int first = typeStack.Count;
        bool known = true;
        for (int i = 0; known && i < operands; i++) known = (i == 0 || TakeComma(ref p)) && TakeKnownType(ref p);
        known = known && p[0] == ')' && p[1] == ' ' && p[2] == '-' && p[3] == '>' && p[4] == ' ' && TakeKnownResults(p + 5, out p)
            && *p is (byte)'\n' or (byte)' ' or (byte)'\r';
        if (!known)
        {
            typeStack.Truncate(first);
            return false;
        }
        ResetTo(p);
        return true;
    }

    private bool TakeKnownResults(byte* at, out byte* p)
    {
        p = at;
        if (*p != '(') return TakeKnownType(ref p);
        p++;
        if (*p != ')')
        {
            if (!TakeKnownType(ref p)) return false;
            while (TakeComma(ref p))
                if (!TakeKnownType(ref p)) return false;
            if (*p != ')') return false;
        }
        p++;
        return true;
    }

    private static bool TakeComma(ref byte* p)
    {
        if (p[0] != ',' || p[1] != ' ') return false;
        p += 2;
        return true;
    }

    private bool TakeKnownType(ref byte* p)
    {
        byte* q = p + 1;
        if (*p == '!')
            while (AsciiChar.IsSuffixBody(*q)) q++;
        else if (AsciiChar.IsNameStart(*p))
            while (AsciiChar.IsNameBody(*q)) q++;
        else return false;
        if (*q == '<' && (q = EntryEnd(q, isType: true)) == null) return false;
        int length = (int)(q - p);
        ref KnownType known = ref knownTypes[TypeSlot(p, length)];
        if (known.Length != length || !Bytes.Same(known.Text, p, length)) return false;
        typeStack.Add(known.Type!);
        p = q;
        return true;
    }

    // The source is followed by zeros, so eight bytes may be read anywhere in it.
    private static int TypeSlot(byte* p, int length)
    {
        ulong first = Unsafe.ReadUnaligned<ulong>(p), last = 0;
        if (length < 8) first &= (1UL << 8 * length) - 1;
        else last = Unsafe.ReadUnaligned<ulong>(p + length - 8);
        return (int)((first ^ (last << 23 | last >> 41) ^ (ulong)length) * 0x9E3779B97F4A7C15 >> 56);
    }

    private void NoteType(byte* text, IrType type)
    {
        int length = (int)(lastTokenEnd - text);
        if (length is <= 0 or > LongestKnownType) return;
        ref KnownType known = ref knownTypes[TypeSlot(text, length)];
        if (ReferenceEquals(known.Type, type) && known.Length == length) return;
        known.Text = text;
        known.Length = length;
        known.Type = type;
    }

    // As above, whatever types stand there.
    private bool ParseSignature(int operands)
    {
        signatureAt = (int)(next - begin);
        while (begin[signatureAt] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') signatureAt++;
        if (kind != TokenKind.Colon) return Parse(TokenKind.Colon, "expected ':' followed by operation type");
        if (ParseSignatureType() is not { } type) return false;
        ReadOnlySpan<IrType> inputs = type.Inputs;
        if (inputs.Length != operands)
            return MeaningError(signatureAt, "NEST1309", $"expected {operands} operand type{(operands == 1 ? "" : "s")} but had {inputs.Length}");
        typeStack.AddRange(inputs);
        typeStack.AddRange(type.Results);
        return true;
    }

    private FunctionType? ParseSignatureType()
    {
        Advance();
        int position = Position;
        // No type of a dialect is one of functions, whatever else is wrong with it.
        bool other = kind == TokenKind.IntType || (kind == TokenKind.ExclamationIdentifier && TokenText.IndexOf((byte)'.') >= 0);
        IrType? type = null;
        if (!other && (type = ParseType()) is null) return null;
        if (type is FunctionType function) return function;
        MeaningError(position, "NEST1308", "expected function type");
        return null;
    }
}
