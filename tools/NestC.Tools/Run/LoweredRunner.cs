using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Tools.Run;

/// <summary>Runs lowered functions: launches in the simulator, each program prepared once, everything else by evaluation.</summary>
public sealed class LoweredRunner
{
    private readonly Dictionary<ProgramOp, ProgramEvaluation> programs = [];

    /// <summary>The programs that ran, in the order of their first launch.</summary>
    public List<ProgramOp> Programs { get; } = [];

    /// <summary>A program as the device gets it.</summary>
    public ProgramEvaluation EvaluationOf(ProgramOp program) => programs[program];

    /// <summary>The results of a function.</summary>
    /// <exception cref="EvaluationException">Something cannot be run, or the checker of the simulator found an error.</exception>
    public NdArray[] Run(FuncOp function, ReadOnlySpan<NdArray> arguments)
    {
        Dictionary<Value, NdArray> values = [];
        for (int i = 0; i < arguments.Length; i++) values[function.Entry.ArgumentAt(i)] = arguments[i];
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            var inputs = new NdArray[op.OperandCount];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = values[op.Operand(i)];
            if (op is ReturnOp) return inputs;
            NdArray[] results = op switch
            {
                LaunchOp launch => Launch(launch, inputs),
                IArrayEvaluable evaluable => evaluable.Evaluate(inputs),
                _ => throw new EvaluationException($"'{op.Name}' cannot be evaluated"),
            };
            for (int i = 0; i < results.Length; i++) values[op.Result(i)] = results[i];
        }
        throw new EvaluationException($"function '{function.SymName.Value}' does not return");
    }

    private NdArray[] Launch(LaunchOp launch, NdArray[] inputs)
    {
        var d = new Diag(launch.Context.Diagnostics, launch);
        ProgramOp program = launch.FindProgram() ?? throw new EvaluationException($"there is no program '{launch.Program}'");
        if (!programs.TryGetValue(program, out ProgramEvaluation? evaluation))
        {
            evaluation = ProgramEvaluation.Of(program, d) ?? throw new EvaluationException($"the program '{launch.Program}' cannot run");
            programs.Add(program, evaluation);
            Programs.Add(program);
        }
        return launch.Run(evaluation, inputs, d);
    }
}
