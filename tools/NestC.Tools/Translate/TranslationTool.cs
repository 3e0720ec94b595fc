using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Translate;

/// <summary>nest-translate: runs the one translation that the command line names.</summary>
/// <param name="registerDialects">Registers the dialects that inputs may use.</param>
/// <param name="translations">What can be asked for.</param>
public sealed class TranslationTool(Action<NestContext> registerDialects, params Translation[] translations)
{
    private const string Name = "nest-translate";

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private Translation? chosen;
    private string? input;
    private string output = "-";
    private bool unregistered;

    /// <summary>Runs the tool. Returns its exit code; see <see cref="ExitCode"/>.</summary>
    public int Run(string[] arguments, Stream standardInput, Stream standardOutput, Stream error)
    {
        if (Array.IndexOf(arguments, "--help") >= 0)
        {
            CommandLineText.Write(standardOutput, Usage());
            return ExitCode.Ok;
        }
        if (Take(CommandLineText.Normalize(arguments)) is { } wrong) return CommandLineText.Usage(error, Name, wrong);
        NestContext context = new() { AllowUnregisteredDialects = unregistered };
        registerDialects(context);
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(DiagnosticFormat.Text, context, error, ColorMode.Auto, "nest-opt");
        SourceFile? source = null;
        int exit;
        using (context.Diagnostics.PushHandler(renderer.Render))
        {
            exit = new InternalFault(Name, arguments).Run(context, () =>
            {
                source = !chosen!.NeedsInput ? SourceFile.FromText("<none>", "") : input is null or "-" ? SourceFile.FromStream("<stdin>", standardInput) : SourceFile.Read(input);
                var job = new TranslationJob { Context = context, Input = source, Output = output, StandardOutput = standardOutput, Options = values };
                return chosen!.Run(job) ? ExitCode.Ok : ExitCode.Error;
            }, () => source);
        }
        renderer.Finish();
        error.Flush();
        return exit;
    }

    private string? Take(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (name is "-o" or "--output")
            {
                if (equals < 0 && i + 1 == arguments.Length) return $"{name} wants a file";
                output = equals >= 0 ? argument[(equals + 1)..] : arguments[++i];
            }
            else if (name == "--allow-unregistered-dialect") unregistered = true;
            else if (!argument.StartsWith('-') || argument == "-")
            {
                if (input is not null) return $"there are two inputs: '{input}' and '{argument}'";
                input = argument;
            }
            else if (Array.Find(translations, t => "--" + t.Name == name) is { } found)
            {
                if (chosen is not null && chosen != found) return $"there are two translations: --{chosen.Name} and {name}";
                chosen = found;
            }
            else if (IsOption(name))
            {
                if (equals < 0 && i + 1 == arguments.Length) return $"{name} wants a value";
                values[name[2..]] = equals >= 0 ? argument[(equals + 1)..] : arguments[++i];
            }
            else return $"unknown command line argument '{name}'; {Suggestion.DidYouMean(name, Names()) ?? "try '--help'"}";
        }
        if (chosen is null) return "name a translation: " + string.Join(", ", Array.ConvertAll(translations, static t => "--" + t.Name));
        foreach (string given in values.Keys)
        {
            if (!Array.Exists(chosen.Options, o => o.Name == given)) return $"--{chosen.Name} has no option --{given}";
        }
        return null;
    }

    private bool IsOption(string name) =>
        name.StartsWith("--", StringComparison.Ordinal) && Array.Exists(translations, t => Array.Exists(t.Options, o => o.Name == name[2..]));

    private List<string> Names()
    {
        List<string> names = ["--output", "--allow-unregistered-dialect", "--help"];
        foreach (Translation t in translations)
        {
            names.Add("--" + t.Name);
            foreach ((string option, string _) in t.Options) names.Add("--" + option);
        }
        return names;
    }

    private string Usage()
    {
        StringBuilder text = new("nest-translate --TRANSLATION [options] [INPUT] [-o OUTPUT]\n\nReads one form of a program and writes another. INPUT and OUTPUT are standard streams when they are left out or '-'.\n");
        foreach (Translation t in translations)
        {
            text.Append("  --").Append(t.Name.PadRight(24)).Append(t.Summary).Append('\n');
            foreach ((string option, string help) in t.Options) text.Append("    --").Append(option.PadRight(22)).Append(help).Append('\n');
        }
        return text.ToString();
    }
}
