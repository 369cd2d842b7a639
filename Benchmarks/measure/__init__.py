"""What Decant costs: whole processes, the engine, and the machine they ran on. Needs nothing but Python 3.9."""
