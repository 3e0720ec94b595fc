using System.Text;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Passes;

/// <summary>Which dumps of the IR `--mlir-print-ir-...` asks for.</summary>
public sealed class IrPrintingOptions
{
    public bool BeforeAll { get; set; }

    public bool AfterAll { get; set; }

    /// <summary>Passes (by argument) before which to print.</summary>
    public List<string> Before { get; } = [];

    public List<string> After { get; } = [];

    /// <summary>After a pass, print only when the IR differs from that before it.</summary>
    public bool AfterChange { get; set; }

    /// <summary>After a pass, print only when it failed.</summary>
    public bool AfterFailure { get; set; }

    /// <summary>Always print the top-level operation.</summary>
    public bool ModuleScope { get; set; }

    /// <summary>Write each dump to a file of its own in a tree below this folder, instead of one stream.</summary>
    public string? TreeFolder { get; set; }

    public PrintOptions Print { get; set; } = PrintOptions.Default;

    public bool WantsAny => BeforeAll || AfterAll || AfterFailure || Before.Count > 0 || After.Count > 0;
}

/// <summary>Prints the IR before and after passes, with mlir-opt's headers and file names.</summary>
public sealed class IrPrinting(IrPrintingOptions options, Stream output) : PassInstrumentation
{
    // The text before a pass, for each operation that a pass is running on.
    private readonly Dictionary<(Pass, Operation), byte[]> texts = [];
    private readonly Dictionary<Operation, int> counters = [];
    private readonly HashSet<Operation> entered = [];

    public override void BeforePipeline(PassPipeline pipeline, Operation op)
    {
        if (op.ParentOp is { } parent) entered.Add(parent);
    }

    public override void BeforePass(Pass pass, Operation op)
    {
        // All nested pipelines of one place together count as one pass of the parent.
        if (entered.Remove(op)) Count(op);
        if (options.AfterChange) texts[(pass, op)] = Text(op);
        if (options.BeforeAll || options.Before.Contains(pass.Argument)) Dump(pass, op, $"IR Dump Before {pass.DisplayName} ({pass.Argument})");
    }

    public override void AfterPass(Pass pass, Operation op)
    {
        bool wanted = !options.AfterFailure && (options.AfterAll || options.After.Contains(pass.Argument));
        if (options.AfterChange && texts.Remove((pass, op), out byte[]? before)) wanted &= !before.AsSpan().SequenceEqual(Text(op));
        if (wanted) Dump(pass, op, $"IR Dump After {pass.DisplayName} ({pass.Argument})");
        Count(op);
    }

    private void Count(Operation op) => counters[op] = counters.GetValueOrDefault(op) + 1;

    public override void AfterPassFailed(Pass pass, Operation op)
    {
        if (options.AfterAll || options.AfterFailure || options.After.Contains(pass.Argument))
            Dump(pass, op, $"IR Dump After {pass.DisplayName} Failed ({pass.Argument})");
    }

    private static byte[] Text(Operation op)
    {
        Utf8Writer text = new();
        AsmPrinter.Print(op, text, new PrintOptions { Generic = true, DebugInfo = true });
        return text.Written.ToArray();
    }

    private void Dump(Pass pass, Operation op, string title)
    {
        Operation shown = op;
        if (options.ModuleScope)
            while (shown.ParentOp is { } parent) shown = parent;
        using FileStream? file = options.TreeFolder is null ? null : OpenInTree(pass, op);
        Utf8Writer text = new(file ?? output, 1 << 12);
        text.Write($"// -----// {title}");
        if (options.ModuleScope) text.Write($" ({Describe(op)})");
        text.Write(" //----- //\n");
        AsmPrinter.Print(shown, text, shown.Block is null ? options.Print : options.Print with { LocalScope = true });
        text.Write('\n');
        text.Flush();
        (file ?? output).Flush();
    }

    /// <summary>`'func.func' operation: @f`, as headers and messages name an operation.</summary>
    internal static string Describe(Operation op) =>
        $"'{op.Name}' operation" + (SymbolTable.NameOf(op) is { } name ? $": @{name.Value}" : "");

    // A folder for each enclosing operation, and a number for each pass at each level: `builtin_module_no-symbol-name/func_func_f/0_1_cse.mlir`.
    private FileStream OpenInTree(Pass pass, Operation op)
    {
        Vec<Operation> path = default;
        for (Operation? p = op; p is not null; p = p.ParentOp) path.Add(p);
        StringBuilder folder = new(options.TreeFolder), number = new();
        for (int i = path.Count - 1; i >= 0; i--)
        {
            Operation at = path[i];
            string name = SymbolTable.NameOf(at)?.Value ?? "no-symbol-name";
            folder.Append('/').Append(Safe(at.Name)).Append('_').Append(Safe(name));
            number.Append(counters.GetValueOrDefault(at)).Append('_');
        }
        Directory.CreateDirectory(folder.ToString());
        return File.Create($"{folder}/{number}{pass.Argument}.mlir");
    }

    private static string Safe(string name)
    {
        StringBuilder text = new();
        foreach (char c in name) text.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_');
        return text.ToString();
    }
}
