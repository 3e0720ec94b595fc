using System.Globalization;
using System.Text;
using NestC.IR;

namespace NestC.Builtin;

/// <summary>
/// The structural facts of an operation of an upstream dialect that is not defined here, so that text which mlir-opt 19 refuses
/// is refused. They stand in UpstreamOps.tsv, which test/NestC.Bench/upstream_ops.py writes by asking mlir-opt.
/// </summary>
internal sealed class UpstreamOp
{
    private static readonly Lazy<byte[]> table = new(static () =>
    {
        using Stream stream = typeof(UpstreamOp).Assembly.GetManifestResourceStream("upstream-ops")!;
        byte[] bytes = new byte[stream.Length + 1];
        bytes[0] = (byte)'\n';
        stream.ReadExactly(bytes.AsSpan(1));
        return bytes;
    });

    /// <summary>How many of something there are: exactly, at least, or any number.</summary>
    internal readonly struct Count(int number, bool orMore)
    {
        /// <summary>Negative when any number goes.</summary>
        public readonly int Number = number;
        public readonly bool OrMore = orMore;

        public bool Allows(int count) => Number < 0 || count == Number || (OrMore && count > Number);
    }

    private UpstreamOp(string[] fields)
    {
        IsTerminator = fields[1].Contains('T');
        HasSingleBlocks = fields[1].Contains('S');
        NeedsNoTerminator = fields[1].Contains('N');
        Regions = ReadCount(fields[2]);
        Results = ReadCount(fields[3]);
        Successors = ReadCount(fields[4]);
        Operands = ReadCount(fields[5]);
        ImplicitTerminator = fields[6];
        Parents = fields[7];
        OperandTypes = fields[8].Length == 0 ? [] : fields[8].Split('|');
    }

    public bool IsTerminator { get; }

    public bool HasSingleBlocks { get; }

    public bool NeedsNoTerminator { get; }

    /// <summary>Whether uses may come before definitions in its regions; true where that is not known.</summary>
    public bool MayHaveGraphRegions => NeedsNoTerminator;

    public Count Regions { get; }

    public Count Results { get; }

    public Count Successors { get; }

    public Count Operands { get; }

    /// <summary>The name of the operation that its regions end with, or empty.</summary>
    public string ImplicitTerminator { get; }

    /// <summary>Names of the operations in whose regions it may stand, between commas, or empty.</summary>
    public string Parents { get; }

    /// <summary>What the types of the operands must be when there are no more than necessary.</summary>
    public string[] OperandTypes { get; }

    /// <summary>The facts of an operation, or null when upstream has none of this name. Costs a search: ask once for each kind.</summary>
    public static UpstreamOp? Find(Identifier name)
    {
        ReadOnlySpan<byte> bytes = table.Value;
        byte[] key = Encoding.UTF8.GetBytes($"\n{name}\t");
        int at = bytes.IndexOf(key);
        if (at < 0) return null;
        bytes = bytes[(at + 1)..];
        return new UpstreamOp(Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)'\n')]).Split('\t'));
    }

    private static Count ReadCount(string text)
    {
        if (text.Length == 0) return new Count(-1, true);
        bool orMore = text[^1] == '+';
        return new Count(int.Parse(orMore ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.None, CultureInfo.InvariantCulture), orMore);
    }

    /// <summary>What is wrong with an operation, after `'name' op `; null when nothing is.</summary>
    public string? Check(Operation op)
    {
        if (!Regions.Allows(op.RegionCount)) return Wrong(Regions, "region", "requires one region", "");
        if (!Results.Allows(op.ResultCount)) return Wrong(Results, "result", "requires one result", "");
        if (!Successors.Allows(op.SuccessorCount))
        {
            string least = Successors.OrMore ? "at least " : "";
            return $"requires {least}{Successors.Number} successor{(Successors.Number == 1 ? "" : "s")} but found {op.SuccessorCount}";
        }
        if (!Operands.Allows(op.OperandCount)) return Wrong(Operands, "operand", "requires a single operand", $", but found {op.OperandCount}");
        return CheckBlocks(op) ?? CheckPlace(op) ?? CheckOperandTypes(op);
    }

    private static string Wrong(Count count, string what, string one, string found) =>
        count.OrMore ? $"expected {count.Number} or more {what}s{found}"
        : count.Number == 0 ? $"requires zero {what}s"
        : count.Number == 1 ? one
        : $"expected {count.Number} {what}s{found}";

    private string? CheckBlocks(Operation op)
    {
        if (!HasSingleBlocks) return null;
        foreach (Region region in op.Regions)
        {
            if (region.First is not { } block) continue;
            if (!region.HasOneBlock) return $"expects region #{region.Number} to have 0 or 1 blocks";
            if (block.Last is null && !NeedsNoTerminator) return "expects a non-empty block";
        }
        if (ImplicitTerminator.Length == 0) return null;
        foreach (Region region in op.Regions)
            if (region.First?.Last is { } last && last.Name != ImplicitTerminator)
                return $"expects regions to end with '{ImplicitTerminator}', found '{last.Name}'";
        return null;
    }

    private string? CheckPlace(Operation op)
    {
        if (IsTerminator && op.Next is not null) return "must be the last operation in the parent block";
        if (Parents.Length == 0 || op.ParentOp is not { } parent) return null;
        bool several = Parents.Contains(',');
        if (!several) return parent.Name == Parents ? null : $"expects parent op '{Parents}'";
        return Array.IndexOf(Parents.Split(", "), parent.Name) >= 0 ? null : $"expects parent op to be one of '{Parents}'";
    }

    private string? CheckOperandTypes(Operation op)
    {
        if (op.OperandCount != Operands.Number) return null;
        for (int i = 0; i < OperandTypes.Length; i++)
        {
            IrType type = op.Operand(i).Type;
            if (!Is(type, OperandTypes[i])) return $"operand #{i} must be {OperandTypes[i]}, but got '{type}'";
        }
        return null;
    }

    private static bool Is(IrType type, string description) => description switch
    {
        "index" => type is IndexType,
        "signless integer or index" => type is IndexType or IntegerType { IsSignless: true },
        "1-bit signless integer" => type.IsSignlessInteger(1),
        "32-bit signless integer" => type.IsSignlessInteger(32),
        "64-bit signless integer" => type.IsSignlessInteger(64),
        "signless integer" => type is IntegerType { IsSignless: true },
        "integer" => type is IntegerType,
        "floating-point" => type is FloatType,
        "signless-integer-like" => ElementOf(type) is IndexType or IntegerType { IsSignless: true },
        "floating-point-like" => ElementOf(type) is FloatType,
        _ => true,
    };

    private static IrType ElementOf(IrType type) => type is VectorType or TensorType ? ((ShapedType)type).ElementType : type;
}
