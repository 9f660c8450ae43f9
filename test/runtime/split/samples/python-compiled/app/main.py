import fastsum
import psycopg2
from fastapi import FastAPI

api = FastAPI()


@api.get("/sum")
def total(a: int, b: int):
    return {"sum": fastsum.add(a, b), "driver": psycopg2.apilevel}
