using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>What the commands of nest-run share that observe a model on inputs: their arguments, the model and its inputs, and how errors are told.</summary>
public abstract class ObservingTool(Action<NestContext> registerDialects, string usage)
{
    private string preprocess = "";
    private string? entry;
    private bool seeded;

    /// <summary>The model, or null where none is named.</summary>
    protected string? ModelPath { get; private set; }

    /// <summary>Where inputs come from: files, folders, `random:COUNT[:SEED]`, `tiles:COUNT[:SEED]` or `tiles:@SEEDS`.</summary>
    protected List<string> Sources { get; } = [];

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        if ((Read(arguments) ?? Missing()) is { } complaint)
        {
            error.Write($"nest-run: {complaint}\n{usage}");
            return ExitCode.Usage;
        }
        NestContext context = new();
        registerDialects(context);
        using IDisposable handler = context.Diagnostics.PushHandler(d => error.WriteLine($"{ModelPath}: error[{d.Code}]: {d.Message}"));
        try
        {
            return Work(context, output, error);
        }
        catch (QuantizationException e)
        {
            error.WriteLine($"nest-run: error[{e.Code}]: {e.Message}");
            return ExitCode.Error;
        }
        catch (Exception e) when (e is EvaluationException or OnnxException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"nest-run: error[NEST4253]: {e.Message}");
            return ExitCode.Error;
        }
    }

    /// <summary>Takes an option of the command's own; what is wrong with it, or null.</summary>
    protected abstract string? Take(string option, string value);

    /// <summary>What the arguments lack, or null.</summary>
    protected abstract string? Missing();

    /// <summary>Does the work, and returns the exit code.</summary>
    protected abstract int Work(NestContext context, TextWriter output, TextWriter error);

    /// <summary>The complaint about an option that nobody knows.</summary>
    protected static string Unknown(string option) => $"unknown argument '{option}'";

    /// <summary>The model, its inputs, and how they are prepared; null after errors, which were written.</summary>
    protected (ModelFile Model, InputSet Inputs, Preprocessing Preprocessing)? Load(NestContext context, TextWriter error)
    {
        if (ModelFile.Read(context, ModelPath!, entry, seeded, error) is not { } model) return null;
        Preprocessing preprocessing = new(preprocess);
        InputSet inputs = new();
        foreach (string source in Sources) inputs.Add(source, model.Entry, preprocessing);
        return (model, inputs, preprocessing);
    }

    private string? Read(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string a = arguments[i];
            if (a == "--seed-weights")
            {
                seeded = true;
                continue;
            }
            if (!a.StartsWith("--", StringComparison.Ordinal))
            {
                if (ModelPath is not null) return "there is more than one file";
                ModelPath = a;
                continue;
            }
            if (i + 1 == arguments.Length) return $"unknown argument '{a}', or its value is missing";
            string value = arguments[++i];
            switch (a)
            {
                case "--inputs" or "--input": Sources.Add(value); break;
                case "--entry": entry = value; break;
                case "--preprocess": preprocess = value; break;
                default:
                    if (Take(a, value) is { } complaint) return complaint;
                    break;
            }
        }
        return null;
    }
}
